import pLimit from "p-limit";
import type { UnstoredAnswers } from "../../contracts/answer-store.ts";
import type { AdaptiveLimit, CallSlot, SharedLimits } from "../../contracts/call-limits.ts";
import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
} from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { type Clock, throwIfAborted } from "../clock.ts";
import { estimatedUsage } from "../limits/answer-lengths.ts";
import { createRateBucket } from "./rate-bucket.ts";
import { withComplete } from "./with-complete.ts";

/** Consecutive successes that allow one more concurrent call. */
const longestProbation = 8;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain 1989). Calls already in flight when the limit was
 * halved belong to the same burst: their refusals do not halve it again.
 */
export function createAdaptiveLimit(ceiling: number): AdaptiveLimit {
  const slots = pLimit(ceiling);
  let started = 0;
  let halvedAt = 0;
  let inARow = 0;

  const setLimit = (limit: number): void => {
    slots.concurrency = limit;
    inARow = 0;
  };
  const slot = (serial: number): CallSlot => ({
    answered() {
      if (slots.concurrency >= ceiling) return;
      inARow++;
      if (inARow >= Math.min(slots.concurrency, longestProbation)) setLimit(slots.concurrency + 1);
    },
    tooMany() {
      if (serial <= halvedAt) return;
      halvedAt = started;
      // Halving a limit far above the current use would have no effect.
      setLimit(Math.max(1, Math.floor(Math.min(slots.concurrency, slots.activeCount) / 2)));
    },
  });
  return {
    run: (task) =>
      slots(() => {
        started++;
        return task(slot(started));
      }),
    get current() {
      return slots.concurrency;
    },
  };
}

/** Starts a call once fewer than `most` calls are in flight or answered and not yet stored. */
function createRoom(most: number, answers: UnstoredAnswers) {
  let inFlight = 0;
  return async <Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    // The answer to a call that has just ended is put in the same turn of the event loop.
    await nextTurn();
    while (inFlight + answers.unstored >= most) {
      const isStored = await answers.flush().then(
        () => true,
        // The run reports answers that cannot be stored when it flushes them.
        () => false,
      );
      if (!isStored) break;
      await nextTurn();
    }
    throwIfAborted(signal);
    inFlight++;
    try {
      return await task();
    } finally {
      inFlight--;
    }
  };
}

/** Limits concurrent calls: all calls together (`-j`) and those of each model by its own `limits`. */
export interface CallLimiter {
  /** Takes one of the `-j` slots for work that is not a model call. First come, first served. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Stacks of one model (same `key`) share its limits. */
  layer(spec: LimitedSpec): ModelLayer;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type LimitedSpec = Pick<ModelSpec, "key" | "name" | "provider" | "baseUrl" | "limits" | "parameters">;

/** Calls a model as soon as all its limits allow. */
type Gate = (model: LanguageModel, request: CompletionRequest) => Promise<Completion>;

interface LimiterSharing {
  /** A model's own limits then hold for everyone who shares them, and `-j` for this process. */
  readonly limits?: SharedLimits;
  /** Calls in flight and unstored answers together then stay within `-j`: a killed process loses no more. */
  readonly answers?: UnstoredAnswers;
}

export function createCallLimiter(
  concurrency: number,
  clock: Clock,
  sharing: LimiterSharing = {},
): CallLimiter {
  const { limits: shared, answers } = sharing;
  const places = pLimit(concurrency);
  const gates = new Map<string, Gate>();
  const sendWithRoom = answers && createRoom(concurrency, answers);
  let pause: Promise<void> | undefined;

  const run: CallLimiter["run"] = (task, signal) =>
    places(async () => {
      if (pause !== undefined) await pause;
      throwIfAborted(signal);
      return sendWithRoom === undefined ? task() : sendWithRoom(task, signal);
    });

  /** Gives the caller time to stop the run after a fatal failure before a waiting call takes the free slot. */
  const giveTimeToStop = (): void => {
    const turn = nextTurn();
    pause = turn;
    void turn.then(() => {
      if (pause === turn) pause = undefined;
    });
  };

  function createGate(spec: LimitedSpec): Gate {
    const { limits, parameters } = spec;
    const ceiling = Math.min(limits.concurrency ?? concurrency, concurrency);
    const slots = shared?.adaptiveLimit(spec, ceiling) ?? createAdaptiveLimit(ceiling);
    const bucket = (kind: "requests" | "tokens", perMinute: number | undefined) =>
      perMinute && (shared?.rateBucket(spec, kind, perMinute) ?? createRateBucket(perMinute, clock));
    const requests = bucket("requests", limits.requestsPerMinute);
    const tokens = bucket("tokens", limits.tokensPerMinute);

    async function ask(
      model: LanguageModel,
      request: CompletionRequest,
      slot: CallSlot,
    ): Promise<Completion> {
      throwIfAborted(request.signal);
      if (requests) await requests.take(1, request.signal);
      const expected = tokens ? expectedTokens(request, parameters.maxTokens) : 0;
      if (tokens) await tokens.take(expected, request.signal);
      // The shared slot is taken last, so that a model waiting for its rate blocks no other model.
      const watch = { slot, onFatal: giveTimeToStop };
      const completion = await run(() => watched(model, request, watch), request.signal);
      if (tokens) tokens.correct(completion.usage.inputTokens + completion.usage.outputTokens - expected);
      return completion;
    }
    return (model, request) => slots.run((slot) => ask(model, request, slot), request.signal);
  }

  return {
    run,
    layer: (spec) => {
      const gate = gates.get(spec.key) ?? createGate(spec);
      gates.set(spec.key, gate);
      return (model) => withComplete(model, (request) => gate(model, request));
    },
  };
}

async function watched(
  model: LanguageModel,
  request: CompletionRequest,
  { slot, onFatal }: { readonly slot: CallSlot; onFatal(): void },
): Promise<Completion> {
  try {
    const completion = await model.complete(request);
    slot.answered();
    return completion;
  } catch (error) {
    if (error instanceof ModelError && error.kind === "rate_limit") slot.tooMany();
    if (error instanceof ModelError && error.isFatal) onFatal();
    throw error;
  }
}

/** Assumed length of an answer of unknown length; corrected by the actual count. */
const usualAnswerTokens = 256;

function expectedTokens({ messages, parameters }: CompletionRequest, ownMaxTokens = -1): number {
  const most = parameters?.maxTokens ?? ownMaxTokens;
  const answer = most > 0 ? Math.min(most, usualAnswerTokens) : usualAnswerTokens;
  return estimatedUsage(messages, "").inputTokens + answer;
}
