import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Address, Exchange } from "../../contracts/answer-store.ts";
import { digestOfText } from "../../core/data/digest.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { parseJsonLines, renderJsonLine } from "../../formats/json-lines.ts";
import { storeFailure } from "../store/store-failure.ts";

/** Answers that a database could not take, in files that the next command sends. */
export interface UnsentFiles {
  /** Answers of earlier commands. Unreadable files are left alone. */
  read(): Promise<ReadonlyMap<Address, Exchange>>;
  /** Removes the files that `read` returned. */
  remove(): Promise<void>;
  /** Takes the place of what `read` returned, which must be among the answers or stored. Rejects with StoreError. */
  write(answers: ReadonlyMap<Address, Exchange>): Promise<void>;
}

export function openUnsentFiles(cacheFolder: string, database: string): UnsentFiles {
  const prefix = `unsent-${digestOfText(database).slice(0, 8)}-`;
  const read: string[] = [];
  const remove = async (): Promise<void> => {
    for (const name of read.splice(0)) await rm(join(cacheFolder, name), { force: true });
  };
  return {
    remove,
    async read() {
      const names = await readdir(cacheFolder).catch(() => []);
      const found = new Map<Address, Exchange>();
      for (const name of names.filter((one) => one.startsWith(prefix))) {
        const text = await readFile(join(cacheFolder, name), "utf8").catch(() => undefined);
        if (text === undefined) continue;
        read.push(name);
        for (const line of parseJsonLines(text)) {
          if (!("value" in line)) continue;
          const { rules, address, exchange } = line.value as Record<string, unknown>;
          if (rules === rulesNumber && typeof address === "string" && typeof exchange === "object")
            found.set(address, exchange as Exchange);
        }
      }
      return found;
    },
    async write(answers) {
      const file = join(cacheFolder, `${prefix}${randomBytes(4).toString("hex")}.jsonl`);
      const lines = [...answers].map(([address, exchange]) =>
        renderJsonLine({ rules: rulesNumber, address, exchange }),
      );
      try {
        await ensureFolder(cacheFolder, privateFolder);
        await writeFile(file, lines.join(""), { mode: privateFile });
      } catch (cause) {
        throw storeFailure(file, cause);
      }
      // Else each command that fails would leave one more copy.
      await remove();
    },
  };
}
