import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Address, AnswerStore, Exchange } from "../../contracts/answer-store.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { parseJsonLines, renderJsonLine } from "../../formats/json-lines.ts";
import { storeFailure } from "./store-failure.ts";

/**
 * Answers shared by all runs of a state folder: `cache/rules-2/<first two digits of the address>.jsonl`, one
 * line per answer, appended atomically. A line torn by a killed process is skipped. Answers parsed under
 * other rules are left to the tool versions that wrote them, which look in `cache` itself.
 */
export interface AnswerCache {
  find(address: Address): Promise<Exchange | undefined>;
  put(address: Address, exchange: Exchange): void;
  /** Resolves when all answers are written; rejects with StoreError. */
  flush(): Promise<void>;
}

type Shard = Map<Address, Exchange>;

const flushAtBytes = 256 * 1024;

/** Opens the cache of a state folder; creates nothing before the first write. */
export function openAnswerCache(cacheFolder: string): AnswerCache {
  const folder = join(cacheFolder, `rules-${rulesNumber}`);
  const shards = new Map<string, Promise<Shard>>();
  const buffers = new Map<string, string[]>();
  let bufferedBytes = 0;
  let writing: Promise<void> = Promise.resolve();

  const fileOf = (name: string) => join(folder, `${name}.jsonl`);
  const shardOf = (address: Address): Promise<Shard> => {
    const name = address.slice(0, 2);
    const known = shards.get(name);
    if (known !== undefined) return known;
    const read = readShard(fileOf(name));
    shards.set(name, read);
    return read;
  };
  const write = async (): Promise<void> => {
    const batch = [...buffers];
    buffers.clear();
    bufferedBytes = 0;
    if (batch.length === 0) return;
    try {
      await ensureFolder(cacheFolder, privateFolder);
      await ensureFolder(folder, privateFolder);
      for (const [name, lines] of batch)
        await appendFile(fileOf(name), lines.join(""), { mode: privateFile });
    } catch (cause) {
      throw storeFailure(cacheFolder, cause);
    }
  };
  const startWriting = (): Promise<void> => {
    writing = writing.then(write);
    // flush() reports a failed write; here it must not count as unhandled.
    writing.catch(() => {});
    return writing;
  };

  return {
    find: async (address) => (await shardOf(address)).get(address),
    put(address, exchange) {
      const name = address.slice(0, 2);
      const line = renderJsonLine({ rules: rulesNumber, address, exchange });
      const lines = buffers.get(name) ?? [];
      lines.push(line);
      buffers.set(name, lines);
      bufferedBytes += line.length;
      // find() reports an unreadable shard.
      shardOf(address).then(
        (shard) => shard.set(address, exchange),
        () => {},
      );
      if (bufferedBytes > flushAtBytes) void startWriting();
    },
    flush: startWriting,
  };
}

async function readShard(file: string): Promise<Shard> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    // Either nothing is there yet, or the folder cannot exist, which flush() reports.
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return "";
    throw storeFailure(file, cause);
  });
  const shard: Shard = new Map();
  for (const line of parseJsonLines(text)) {
    const entry = "value" in line ? readEntry(line.value) : undefined;
    if (entry !== undefined) shard.set(entry.address, entry.exchange);
  }
  return shard;
}

function readEntry(value: unknown): { address: Address; exchange: Exchange } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { rules, address, exchange } = value as { rules?: number; address?: Address; exchange?: Exchange };
  if (rules !== rulesNumber || typeof address !== "string" || typeof exchange !== "object") return undefined;
  return { address, exchange };
}

/** The shared cache only, for commands without a journal. */
export function openCacheAnswers(cache: AnswerCache): AnswerStore {
  return {
    async find(address) {
      const exchange = await cache.find(address);
      return exchange === undefined ? undefined : { exchange, origin: "cache" };
    },
    async put(address, exchange, { isShared }) {
      const isAnswer = "completion" in exchange || "answer" in exchange;
      if (isShared && isAnswer) cache.put(address, exchange);
    },
  };
}
