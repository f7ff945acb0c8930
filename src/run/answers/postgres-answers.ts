import type { Address, Exchange } from "../../contracts/answer-store.ts";
import { claimLeaseMs, type SharedAnswers } from "../../contracts/shared-answers.ts";
import { systemClock } from "../../models/clock.ts";
import type { AnswerTable, ClaimedRow, StoredAnswer } from "./answer-table.ts";
import { batchCalls } from "./batch-calls.ts";
import { createOutage, type OutageNotices } from "./outage.ts";
import type { UnsentFiles } from "./unsent-files.ts";

const shortestPauseMs = 40;
/** Bounds the load: all questions that wait in this process are one statement. */
const longestPauseMs = 500;
/** Most answers of one statement. */
const largestBatch = 200;
const longestCloseMs = 15_000;

interface PostgresAnswersOptions extends OutageNotices {
  readonly table: AnswerTable;
  /** Used while the database is lost, so that runs on this machine still share answers. */
  readonly local: SharedAnswers;
  readonly unsent: UnsentFiles;
  disconnect(): Promise<void>;
}

/**
 * Shared answers in PostgreSQL. If the database is lost, the run goes on with the local folder, looks for the
 * database again, and sends what it could not send; what is left at the end is kept in a file for the next command.
 */
export function openPostgresAnswers(options: PostgresAnswersOptions): SharedAnswers {
  const { table, local, unsent } = options;
  /** Answers that the database does not have yet. */
  const pending = new Map<Address, Exchange>();
  const held = new Set<Address>();
  let released: Address[] = [];
  let sending: Promise<void> | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  const outage = createOutage({ ...options, probe: () => table.renew(), onBack: () => send() });
  const findStored = batchCalls(table.find);
  const claimRow = batchCalls<Address, ClaimedRow>(table.claim);

  const sendAll = async (): Promise<void> => {
    while (pending.size > 0 || released.length > 0) {
      const batch = new Map([...pending].slice(0, largestBatch));
      const ended = released;
      released = [];
      try {
        await table.store(batch, ended);
      } catch (error) {
        released = [...ended, ...released];
        throw error;
      }
      for (const [address, exchange] of batch) if (pending.get(address) === exchange) pending.delete(address);
      for (const address of ended) held.delete(address);
    }
  };
  /** Never rejects. Joins what is put while a batch is on its way. */
  const send = (): Promise<void> => {
    sending ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => (outage.isLost() ? undefined : outage.guard(sendAll, () => undefined)))
      .finally(() => {
        sending = undefined;
        // What came after the last batch, and before this moment.
        if (!outage.isLost() && (pending.size > 0 || released.length > 0)) void send();
      });
    return sending;
  };
  const keepClaims = (): void => {
    heartbeat ??= setInterval(() => {
      if (held.size > 0) void outage.guard(table.renew, () => undefined);
    }, claimLeaseMs / 3).unref();
  };

  return {
    find: (address, question) =>
      outage.guard(
        async () => {
          const own = pending.get(address);
          return own ?? completed(await findStored(address), question);
        },
        async () => pending.get(address) ?? (await local.find(address, question)),
      ),
    claim: (address, question) =>
      outage.guard(
        async () => {
          const row = await claimRow(address);
          if (row?.state === "answered" && row.answer !== undefined)
            return { state: "answered", exchange: completed(row.answer, question) as Exchange };
          if (row?.state === "held")
            return { state: "held", ...(row.owner === undefined ? {} : { owner: row.owner }) };
          held.add(address);
          keepClaims();
          return { state: "owned" };
        },
        async () => {
          // A claim looks at what was appended; the file must have been read first.
          await local.find(address, question);
          return local.claim(address, question);
        },
      ),
    changed: (_address, attempt, signal) =>
      systemClock.sleep(Math.min(shortestPauseMs * 1.2 ** attempt, longestPauseMs), signal),
    put(address, exchange) {
      pending.set(address, exchange);
      if (outage.isLost()) local.put(address, exchange);
    },
    async release(address) {
      await local.release(address);
      if (held.has(address)) released.push(address);
      await send();
    },
    get unstored() {
      return outage.isLost() ? local.unstored : pending.size;
    },
    async flush() {
      await send();
      await local.flush();
    },
    async close() {
      clearInterval(heartbeat);
      await within(longestCloseMs, async () => {
        await outage.tryNow();
        await send();
        if (!outage.isLost() && held.size > 0) await outage.guard(table.releaseAll, () => undefined);
      });
      if (pending.size > 0) {
        await unsent.write(pending);
        options.onUnsent(pending.size);
      } else if (!outage.isLost()) await unsent.remove();
      await local.close();
      await within(longestCloseMs, options.disconnect);
    },
  };
}

function completed(answer: StoredAnswer | undefined, question: Exchange["question"]): Exchange | undefined {
  return answer === undefined ? undefined : ({ question, ...answer } as Exchange);
}

/** A database that does not answer must not keep a finished command from ending. */
async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const limit = systemClock.sleep(limitMs, controller.signal).catch(() => {});
  await Promise.race([work().catch(() => {}), limit]);
  controller.abort();
}
