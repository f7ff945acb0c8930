import type { CompletionRequest, ModelLayer } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { BudgetError, InterruptedError, type InterruptReason, UsageError } from "../core/errors.ts";
import { messageText } from "../core/message.ts";
import { costUsd } from "../core/usage.ts";
import type { Amount } from "./budget/amount.ts";
import { answerersOf, priceOf } from "./budget/answerers.ts";
import { createPurse } from "./budget/purse.ts";
import { worstCall } from "./budget/worst-case.ts";

/** Limits of this session alone: what `--max-calls`, `--max-cost` and `--timeout` say. */
export interface SessionLimits {
  readonly calls?: number;
  readonly usd?: number;
  readonly timeoutMs?: number;
}

type Specs = Readonly<Record<string, ModelSpec>>;

/** Throws UsageError when a cap in money is asked for that cannot be kept for want of a price. */
export function checkSessionLimits({ usd }: SessionLimits, specs: Specs): void {
  const unpriced = Object.values(specs).filter(({ price }) => price === undefined);
  if (usd === undefined || unpriced.length === 0) return;
  const named = unpriced.map(({ key, name }) => `${key} (${name})`).join(", ");
  throw new UsageError(`--max-cost cannot be kept: no price is known for ${named}`, {
    hint: "give the models a `price`, or use --max-calls",
  });
}

/**
 * Counts what is really sent and paid for in this session, answers from journal and cache aside. The
 * first call that does not fit any more interrupts the run: what is answered is kept for `--resume`.
 */
export interface SessionGuard {
  readonly layer: (spec: ModelSpec) => ModelLayer;
  /** The same for the user's application, whose cost is not known before. */
  run<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
}

// A timer set for longer fires at once.
const longestTimerMs = 2 ** 31 - 1;

export function createSessionGuard(
  limits: SessionLimits,
  specs: Specs,
  interrupt: (reason: InterruptedError) => void,
): SessionGuard {
  const purse = createPurse({
    ...(limits.calls === undefined ? {} : { calls: limits.calls }),
    ...(limits.usd === undefined ? {} : { usd: limits.usd }),
  });
  const timer =
    limits.timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => interrupt(stopped("timeout", `--timeout of ${(limits.timeoutMs ?? 0) / 1000} s is over`)),
          Math.min(limits.timeoutMs, longestTimerMs),
        );

  const admit = async (worst: Amount) => {
    try {
      return await purse.admit(worst);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      const reason =
        error.limit === "calls"
          ? stopped("max_calls", `--max-calls ${limits.calls} is reached`)
          : stopped("max_cost", `--max-cost ${limits.usd} USD does not hold the next call`);
      interrupt(reason);
      throw reason;
    }
  };

  const weighed =
    (spec: ModelSpec): ModelLayer =>
    (model) => ({
      provider: model.provider,
      modelId: model.modelId,
      async complete(request: CompletionRequest) {
        const answerers = answerersOf(spec, specs);
        const worst = worstCall(answerers, request.messages.map(messageText));
        const ticket = await admit(worst);
        try {
          const completion = await model.complete({
            ...request,
            onUnused: (attempt) => {
              const usd = costUsd(attempt, priceOf(answerers, attempt.answeredBy)) ?? 0;
              ticket.charge({ calls: 0, tokens: 0, usd });
              return (request.onUnused?.(attempt) ?? true) && ticket.extend({ ...worst, calls: 0 });
            },
          });
          const usd = costUsd(completion.usage, priceOf(answerers, completion.answeredBy)) ?? 0;
          ticket.charge({ calls: 1, tokens: 0, usd });
          return completion;
        } finally {
          ticket.settle();
        }
      },
    });
  // Most sessions have no such limit, and need not weigh their calls.
  const weighsCalls = limits.calls !== undefined || limits.usd !== undefined;

  return {
    layer: (spec) => (weighsCalls ? weighed(spec) : (model) => model),
    async run(work) {
      const ticket = await admit({ calls: 1, tokens: 0, usd: 0 });
      try {
        const result = await work();
        ticket.charge({ calls: 1, tokens: 0, usd: 0 });
        return result;
      } finally {
        ticket.settle();
      }
    },
    stop: () => clearTimeout(timer),
  };
}

function stopped(reason: InterruptReason, message: string): InterruptedError {
  return new InterruptedError(message, reason, { hint: "go on with --resume and a higher limit" });
}
