import pLimit from "p-limit";
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

/** How many calls of one model run at once; falls when the provider says "too many", and recovers. */
interface AdaptiveLimit {
  /** In the order of asking. */
  run<Result>(task: (slot: CallSlot) => Promise<Result>): Promise<Result>;
  readonly current: number;
}

/** To be told how the call went. */
export interface CallSlot {
  answered(): void;
  tooMany(): void;
}

/** Answers in a row that let one more call in. */
const longestProbation = 8;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain 1989). Calls already on their way when
 * the limit was halved belong to the same burst: their refusals do not halve it again.
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
      // A limit far above what is in use would be halved without effect.
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

/** Caps calls: all together (`-j`), and those of each model by its own `limits`. */
export interface CallLimiter {
  /** One of the places of `-j`, for calls that are no model calls. First come, first served. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Stacks of one model (equal `key`) share its limits. */
  layer(spec: Pick<ModelSpec, "key" | "limits" | "parameters">): ModelLayer;
}

/** Asks a model once everything that limits it lets the call through. */
type Gate = (model: LanguageModel, request: CompletionRequest) => Promise<Completion>;

export function createCallLimiter(concurrency: number, clock: Clock): CallLimiter {
  const places = pLimit(concurrency);
  const gates = new Map<string, Gate>();
  let pause: Promise<void> | undefined;

  const run: CallLimiter["run"] = (task, signal) =>
    places(async () => {
      if (pause !== undefined) await pause;
      throwIfAborted(signal);
      return task();
    });

  /** Whoever hears of a fatal failure may stop the run before a waiting call takes the free place. */
  const giveTimeToStop = (): void => {
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    pause = turn;
    void turn.then(() => {
      if (pause === turn) pause = undefined;
    });
  };

  function createGate({ limits, parameters }: Pick<ModelSpec, "limits" | "parameters">): Gate {
    const slots = createAdaptiveLimit(Math.min(limits.concurrency ?? concurrency, concurrency));
    const requests = limits.requestsPerMinute && createRateBucket(limits.requestsPerMinute, clock);
    const tokens = limits.tokensPerMinute && createRateBucket(limits.tokensPerMinute, clock);

    async function ask(
      model: LanguageModel,
      request: CompletionRequest,
      slot: CallSlot,
    ): Promise<Completion> {
      throwIfAborted(request.signal);
      if (requests) await requests.take(1, request.signal);
      const expected = tokens ? expectedTokens(request, parameters.maxTokens) : 0;
      if (tokens) await tokens.take(expected, request.signal);
      // The shared place comes last, so that a model waiting for its rate keeps nobody else waiting.
      const watch = { slot, onFatal: giveTimeToStop };
      const completion = await run(() => watched(model, request, watch), request.signal);
      if (tokens) tokens.correct(completion.usage.inputTokens + completion.usage.outputTokens - expected);
      return completion;
    }
    return (model, request) => slots.run((slot) => ask(model, request, slot));
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

/** An answer of unknown length is taken to be as long as this; the true count corrects it. */
const usualAnswerTokens = 256;

function expectedTokens({ messages, parameters }: CompletionRequest, ownMaxTokens = -1): number {
  const most = parameters?.maxTokens ?? ownMaxTokens;
  const answer = most > 0 ? Math.min(most, usualAnswerTokens) : usualAnswerTokens;
  return estimatedUsage(messages, "").inputTokens + answer;
}
