import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "../../contracts/answer-store.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { ensureFolder, privateFile, privateFolder } from "../../disk/ensure-folder.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { systemClock } from "../../models/clock.ts";
import { storeFailure } from "../store/store-failure.ts";
import { type AnswerShard, openAnswerShard } from "./answer-shard.ts";
import { type FolderClaimsOptions, openFolderClaims } from "./folder-claims.ts";

const flushAtBytes = 256 * 1024;
const shortestPauseMs = 10;
const longestPauseMs = 200;

/**
 * Answers shared by all runs of a state folder: `cache/rules-2/<first two digits of the address>.jsonl`, one
 * line per answer, appended atomically. A line torn by a killed process is skipped. Answers parsed under
 * other rules are left to the tool versions that wrote them, which look in `cache` itself. Creates nothing before
 * the first claim or write.
 */
export function openFolderAnswers(cacheFolder: string, options: FolderClaimsOptions = {}): SharedAnswers {
  const folder = join(cacheFolder, `rules-${rulesNumber}`);
  const claims = openFolderClaims(join(folder, "claims"), options);
  const shards = new Map<string, AnswerShard>();
  const buffers = new Map<string, string[]>();
  let bufferedBytes = 0;
  let unstored = 0;
  let folderMade: Promise<unknown> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const fileOf = (name: string) => join(folder, `${name}.jsonl`);
  const shardOf = (address: Address): AnswerShard => {
    const name = address.slice(0, 2);
    const shard = shards.get(name) ?? openAnswerShard(fileOf(name));
    shards.set(name, shard);
    return shard;
  };
  const makeFolders = async (): Promise<void> => {
    await ensureFolder(cacheFolder, privateFolder);
    await ensureFolder(folder, privateFolder);
  };
  const write = async (): Promise<void> => {
    next = undefined;
    const batch = [...buffers];
    buffers.clear();
    bufferedBytes = 0;
    if (batch.length === 0) return;
    try {
      folderMade ??= makeFolders();
      await folderMade;
      for (const [name, lines] of batch) {
        const shard = shards.get(name);
        const text = (shard?.isTorn === true ? "\n" : "") + lines.join("");
        appendFileSync(fileOf(name), text, { mode: privateFile });
        shard?.wrote(text);
        unstored -= lines.length;
      }
    } catch (cause) {
      folderMade = undefined;
      throw storeFailure(cacheFolder, cause);
    }
  };
  /** Joins what is put in one turn of the event loop into one write per file. */
  const startWriting = (): Promise<void> => {
    if (next !== undefined) return next;
    const before = writing;
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    next = Promise.all([turn, before.catch(() => {})]).then(write);
    // One failure is reported by every flush: answers are missing from then on.
    writing = Promise.all([before, next]).then(() => undefined);
    // flush() reports a failed write; here it must not count as unhandled.
    writing.catch(() => {});
    next.catch(() => {});
    return next;
  };
  const flush = async (): Promise<void> => {
    if (buffers.size > 0) startWriting();
    await writing;
  };

  return {
    find: async (address) => (await shardOf(address).read()).get(address),
    async claim(address) {
      const claimed = await claims.claim(address);
      if (!claimed.isOwned)
        return { state: "held", ...(claimed.owner === undefined ? {} : { owner: claimed.owner }) };
      // The answer may have come between the caller's look and its claim.
      const exchange = shardOf(address).reread().get(address);
      if (exchange === undefined) return { state: "owned" };
      claims.release(address);
      return { state: "answered", exchange };
    },
    changed: (_address, attempt, signal) =>
      systemClock.sleep(Math.min(shortestPauseMs * 1.3 ** attempt, longestPauseMs), signal),
    put(address, exchange) {
      const name = address.slice(0, 2);
      const line = renderJsonLine({ rules: rulesNumber, address, exchange });
      const lines = buffers.get(name) ?? [];
      lines.push(line);
      unstored++;
      buffers.set(name, lines);
      bufferedBytes += line.length;
      shardOf(address).add(address, exchange);
      if (bufferedBytes > flushAtBytes) void startWriting();
    },
    async release(address) {
      await (buffers.size > 0 ? startWriting() : writing).catch(() => {});
      claims.release(address);
    },
    get unstored() {
      return unstored;
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        claims.close();
      }
    },
  };
}
