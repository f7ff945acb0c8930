import pLimit from "p-limit";
import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
} from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError } from "../../core/errors.ts";
import { estimatedUsage } from "../estimated-usage.ts";
import { throwIfAborted } from "../timing/aborted.ts";
import type { Clock } from "../timing/clock.ts";
import { type CallSlot, createAdaptiveLimit } from "./adaptive-limit.ts";
import { createRateBucket } from "./rate-bucket.ts";
import { withComplete } from "./with-complete.ts";

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
