import type { AgentAnswer } from "../../contracts/agent.ts";
import type { CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { defined } from "../../core/defined.ts";
import {
  BudgetError,
  InterruptedError,
  type InterruptReason,
  ModelError,
  UsageError,
} from "../../core/errors.ts";
import { costUsd, type TokenUsage } from "../../core/usage.ts";
import { billingOf } from "../../models/agents/agent-attempts.ts";
import type { SessionLayer } from "../../models/stack-services.ts";
import { type Amount, shownUsd } from "../budget/amount.ts";
import { createBudgetReservations } from "../budget/budget-reservations.ts";
import { outputCapOf, requestTexts, worstCall } from "../budget/worst-case.ts";

/** Limits of this session only: `--max-calls`, `--max-cost` and `--timeout`. */
export interface SessionLimits {
  readonly calls?: number;
  readonly usd?: number;
  readonly timeoutMs?: number;
}

type Specs = Readonly<Record<string, ModelSpec>>;

/** Throws UsageError if a limit in dollars cannot be kept because a price is unknown. */
export function checkSessionLimits({ usd }: SessionLimits, specs: Specs): void {
  const unpriced = Object.values(specs).filter(({ price }) => price === undefined);
  if (usd === undefined || unpriced.length === 0) return;
  const named = unpriced.map(({ key, name }) => `${key} (${name})`).join(", ");
  throw new UsageError(`--max-cost cannot be enforced: no price is known for ${named}`, {
    hint: "set a `price` for the models, or use --max-calls",
  });
}

/**
 * Limits the attempts that providers bill in this session; answers from journal and cache are free. Each
 * attempt is checked right before it is sent. The first one that does not fit interrupts the run after the
 * calls in progress; their answers are kept for `--resume`.
 */
export interface SessionGuard {
  readonly layer: SessionLayer;
  /** The same for the user's application; `spec` is its model, whose price its tokens have. */
  run(spec: ModelSpec, work: () => Promise<AgentAnswer>): Promise<AgentAnswer>;
  stop(): void;
}

// A longer timer would fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** `hint` describes how to continue after a limit; by default with `--resume`. */
export function createSessionGuard(
  limits: SessionLimits,
  interrupt: (reason: InterruptedError) => void,
  hint = "continue with --resume and a higher limit",
): SessionGuard {
  const stopped = (reason: InterruptReason, message: string) =>
    new InterruptedError(message, reason, { hint });
  const reservations = createBudgetReservations(defined({ calls: limits.calls, usd: limits.usd }));
  const timer =
    limits.timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => interrupt(stopped("timeout", `--timeout of ${(limits.timeoutMs ?? 0) / 1000} s is over`)),
          Math.min(limits.timeoutMs, longestTimerMs),
        );
  // The highest cost of an application run so far: the only estimate for the next one.
  let dearestRunUsd = 0;

  const admit = async (worst: Amount) => {
    try {
      return await reservations.admit(worst);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      const reason =
        error.limit === "calls"
          ? stopped("max_calls", `--max-calls ${limits.calls} is reached`)
          : stopped("max_cost", costMessage(limits.usd ?? 0, reservations.spent.usd, worst.usd));
      interrupt(reason);
      throw reason;
    }
  };

  const weighed: SessionLayer = (spec, lostUsage) => (model) => ({
    provider: model.provider,
    modelId: model.modelId,
    async complete(request: CompletionRequest) {
      const limit = outputCapOf(spec, request.parameters);
      const worst = worstCall([spec], requestTexts(request, spec.parameters), 0, limit);
      const reservation = await admit({ ...worst, tokens: 0 });
      const bill = (usage: TokenUsage | undefined): void => {
        const usd = usage === undefined ? 0 : (costUsd(usage, spec.price) ?? 0);
        reservation.charge({ calls: 1, tokens: 0, usd });
      };
      try {
        const completion = await model.complete(request);
        if (completion.isUnbilled !== true) bill(completion.usage);
        return completion;
      } catch (error) {
        if (error instanceof ModelError && error.billing === "answered") bill(error.usage);
        if (error instanceof ModelError && error.billing === "lost") bill(lostUsage(request));
        throw error;
      } finally {
        reservation.settle();
      }
    },
  });
  // Most sessions have no such limit and skip the checks.
  const weighsCalls = limits.calls !== undefined || limits.usd !== undefined;

  return {
    layer: weighsCalls ? weighed : () => (model) => model,
    async run(spec, work) {
      const reservation = await admit({ calls: 1, tokens: 0, usd: dearestRunUsd });
      const bill = (usd: number): void => {
        dearestRunUsd = Math.max(dearestRunUsd, usd);
        reservation.charge({ calls: 1, tokens: 0, usd });
      };
      try {
        const answer = await work();
        bill(answer.usage === undefined ? 0 : (costUsd(answer.usage, spec.price) ?? 0));
        return answer;
      } catch (error) {
        // The application may have called its models before it failed.
        if (billingOf(error) !== "none") bill(dearestRunUsd);
        throw error;
      } finally {
        reservation.settle();
      }
    },
    stop: () => clearTimeout(timer),
  };
}

function costMessage(cap: number, spent: number, next: number): string {
  const unit = Math.min(next, Math.max(cap - spent, next / 10));
  const shown = (usd: number) => shownUsd(usd, unit);
  return `--max-cost ${shownUsd(cap)} USD: ${shown(spent)} spent; the next call may cost up to ${shownUsd(next, unit, Math.ceil)}`;
}
