import type {
  Address,
  AgentExchange,
  AnswerStore,
  AttemptLog,
  Exchange,
  ModelExchange,
} from "../../contracts/answer-store.ts";
import type { Adaptation, AdaptationLog, UnusedAttempt } from "../../contracts/language-model.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { defined } from "../../core/defined.ts";
import { ReplayError } from "../../core/errors.ts";
import { claimAnswer, type OnAwaited } from "../answers/claim-answer.ts";
import type { RunClock } from "../session/run-clock.ts";
import type { Journal } from "./journal.ts";
import type { JournalRecord } from "./journal-lines.ts";
import type { JournalContent } from "./read-journal.ts";

export interface RunAnswersOptions {
  readonly journal: Journal;
  /** Absent with `--no-cache` and `--replay`. */
  readonly cache?: SharedAnswers;
  /** Called when a question waits for the answer of another run. */
  readonly onAwaited?: OnAwaited;
  /** The run to replay; new questions are then rejected. */
  readonly replay?: { readonly run: string } & JournalContent;
  /**
   * True if a failure recorded by an earlier session stands: for an interrupted run, so that it continues the
   * same way; not for one that ended because of its failures.
   */
  readonly keepsFailures: boolean;
  readonly runClock: RunClock;
  readonly now: () => Date;
}

interface RunAnswers extends AnswerStore {
  /** True if all answers so far came from an earlier session that has further ones. */
  readonly isRepeating: boolean;
  /** Billed attempts of earlier sessions at questions that this session has not asked so far. */
  readonly unclaimed: readonly UnusedAttempt[];
}

/**
 * An exchange without its question, which the caller provides when asking again: prompts of a long run use
 * much memory.
 */
type Answered = Omit<ModelExchange, "question"> | Omit<AgentExchange, "question">;

/**
 * A run's answers: its own journal first, then the shared cache. An answer that the journal's run paid for is
 * charged again, once; all others are free.
 */
export function openRunAnswers(options: RunAnswersOptions): RunAnswers {
  const { journal, cache, onAwaited, replay, keepsFailures, runClock, now } = options;
  const earlier = replay ?? journal;
  const taken = new Map<Address, Answered>();
  const ahead = new Set(earlier.records.keys());
  const unfiled = new Map(earlier.unfiled);
  let hasAskedAnew = false;

  const take = (address: Address, { question: _question, ...answered }: Exchange): void => {
    taken.set(address, answered);
  };
  const write = (address: Address, exchange: Exchange, from: JournalRecord["from"]): void => {
    take(address, exchange);
    const elapsedMs = Math.round(runClock.elapsedMs());
    journal.append({ address, exchange, at: now().toISOString(), elapsedMs, from });
  };
  /** A failure that does not stand was still paid for. */
  const supersede = (address: Address, { exchange, from }: JournalRecord): void => {
    if (from === "cache") return;
    const attempts = [...(exchange.unused ?? []), ...(unfiled.get(address) ?? [])];
    if (attempts.length > 0) unfiled.set(address, attempts);
  };
  const claimsOf = (shared: SharedAnswers): Pick<AnswerStore, "claim" | "release" | "shared"> => ({
    shared,
    async claim(address, question, signal) {
      const options = { signal, ...defined({ onAwaited }) };
      const exchange = await claimAnswer(shared, { address, question }, options);
      if (exchange === undefined) return undefined;
      write(address, exchange, "cache");
      return { exchange, origin: "cache" };
    },
    release: (address) => void shared.release(address),
  });
  const attempts: AttemptLog = {
    sending: (address, attempt) => journal.appendSent(address, attempt, now().toISOString()),
    ended: (address, billed) => journal.appendEnded(address, billed),
  };

  return {
    get isRepeating() {
      return ahead.size > 0 && !hasAskedAnew;
    },
    get unclaimed() {
      return [...unfiled.values()].flat();
    },
    // A replay sends nothing.
    ...(replay === undefined ? { attempts } : {}),
    unfiled(address) {
      const found = unfiled.get(address) ?? [];
      unfiled.delete(address);
      return found;
    },
    async find(address, question) {
      const again = taken.get(address);
      if (again !== undefined) return { exchange: { question, ...again } as Exchange, origin: "cache" };
      const record = earlier.records.get(address);
      const isAhead = ahead.delete(address);
      if (record !== undefined && (isAnswer(record.exchange) || keepsFailures)) {
        take(address, record.exchange);
        runClock.moveTo(record.elapsedMs);
        if (replay !== undefined) journal.append(record);
        const origin = record.from === "cache" ? "cache" : "journal";
        const { exchange } = record;
        const stands = replay !== undefined && "isProvisional" in exchange;
        return { exchange, origin, ...(stands ? { isReplayed: true as const } : {}) };
      }
      if (record !== undefined && isAhead) supersede(address, record);
      if (replay !== undefined) throw missingCall(replay.run, address, question);
      hasAskedAnew = true;
      const shared = await cache?.find(address, question);
      if (shared === undefined) return undefined;
      write(address, shared, "cache");
      return { exchange: shared, origin: "cache" };
    },
    ...(cache === undefined ? {} : claimsOf(cache)),
    async put(address, exchange, { isShared }) {
      write(address, exchange, "provider");
      if (isShared && isAnswer(exchange)) cache?.put(address, exchange);
    },
  };
}

function isAnswer(exchange: Exchange): boolean {
  return "completion" in exchange || "answer" in exchange;
}

function missingCall(run: string, address: Address, question: Exchange["question"]): ReplayError {
  const what =
    question.kind === "model"
      ? `${question.model}: ${JSON.stringify(question.messages.at(-1)?.content ?? "").slice(0, 120)}`
      : `agent: ${JSON.stringify(question.input.inputs).slice(0, 120)}`;
  return new ReplayError(`the journal of ${run} has no answer to call ${address.slice(0, 12)} (${what})`, {
    hint: "an input of the call has changed; run without --replay to call the model",
  });
}

/** The request adaptations for the providers of a run, known from its journal before the first call. */
export function openJournalAdaptations(
  journal: Pick<Journal, "appendAdaptation">,
  earlier: Pick<JournalContent, "adaptations">,
): AdaptationLog {
  const byModel = new Map<string, Adaptation[]>(
    [...earlier.adaptations].map(([modelKey, known]) => [modelKey, [...known]]),
  );
  return {
    known: (modelKey) => byModel.get(modelKey) ?? [],
    note(modelKey, adaptation) {
      const known = byModel.get(modelKey) ?? [];
      const text = canonicalJson(adaptation);
      if (known.some((one) => canonicalJson(one) === text)) return;
      byModel.set(modelKey, [...known, adaptation]);
      journal.appendAdaptation(modelKey, adaptation);
    },
  };
}
