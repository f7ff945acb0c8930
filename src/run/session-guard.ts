import type { CompletionRequest, ModelLayer } from "../contracts/language-model.ts";
import type { ModelSpec } from "../contracts/model-spec.ts";
import { BudgetError, InterruptedError, type InterruptReason } from "../core/errors.ts";
import { messageText } from "../core/message.ts";
import { costUsd } from "../core/usage.ts";
import { createPurse } from "./budget/purse.ts";
import { worstCall } from "./budget/worst-case.ts";

/** Limits of this session alone: what `--max-calls`, `--max-cost` and `--timeout` say. */
export interface SessionLimits {
  readonly calls?: number;
  readonly usd?: number;
  readonly timeoutMs?: number;
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

export function createSessionGuard(
  limits: SessionLimits,
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
          limits.timeoutMs,
        );

  const admit = async (worst: { calls: number; tokens: number; usd: number }) => {
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

  return {
    layer: (spec) => (model) => ({
      provider: model.provider,
      modelId: model.modelId,
      async complete(request: CompletionRequest) {
        const worst = worstCall(spec, request.messages.map(messageText));
        const ticket = await admit(worst);
        try {
          const completion = await model.complete({
            ...request,
            onWaste: (usage) => {
              ticket.charge({ calls: 0, tokens: 0, usd: costUsd(usage, spec.price) ?? 0 });
              return (request.onWaste?.(usage) ?? true) && ticket.extend({ ...worst, calls: 0 });
            },
          });
          ticket.charge({ calls: 1, tokens: 0, usd: costUsd(completion.usage, spec.price) ?? 0 });
          return completion;
        } finally {
          ticket.settle();
        }
      },
    }),
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
