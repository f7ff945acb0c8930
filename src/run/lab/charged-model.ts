import type { LanguageModel } from "../../contracts/language-model.ts";
import { digestOf } from "../../core/data/digest.ts";
import { ModelError } from "../../core/errors.ts";
import { boundTokens, type CallRole } from "../../core/usage.ts";
import { outputLimitOf } from "../../models/limits/known-models.ts";
import { addressOf } from "../../models/model-question.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { Reservation } from "../budget/budget-reservations.ts";
import { type ModelChain, priceOf, requestTexts, worstCall } from "../budget/worst-case.ts";
import type { BookedCall, Meter } from "./meter.ts";

/** A live model with the specs of itself and its fallbacks. */
export interface LiveModel {
  readonly modelChain: ModelChain;
  readonly model: LanguageModel;
}

/** The account that the calls of one piece of work are charged to. */
export interface Account {
  readonly reservation: Reservation;
  /** Called for every question with the part of its cost charged here: nothing if another caller paid. */
  readonly onUse: (key: string, charged: Amount) => void;
}

/** Role of the call, and the sample number of its question. */
export interface Charging {
  readonly repeat: number;
  readonly role: CallRole;
  readonly account: Account;
}

/**
 * The model with every answer booked on the meter and charged to the account. Rejects with BudgetError if the
 * account does not cover the call.
 */
export function chargedModel(
  evaluation: { readonly meter: Meter; readonly signal: AbortSignal },
  { model, modelChain }: LiveModel,
  { repeat, role, account }: Charging,
): LanguageModel {
  const [spec] = modelChain;
  return {
    provider: model.provider,
    modelId: model.modelId,
    async complete(given) {
      const request = { repeat, signal: evaluation.signal, ...given };
      const { reservation } = account;
      const inputTokens = requestTexts(request, spec.parameters).reduce(
        (sum, text) => sum + boundTokens(text),
        0,
      );
      const attempt = (maxOutputTokens?: number): Amount => ({
        ...worstCall(modelChain, [], inputTokens, maxOutputTokens),
        calls: 0,
      });
      const limit = given.parameters?.maxTokens;
      const own = limit === undefined || limit < 1 ? undefined : outputLimitOf(spec, given.parameters);
      // The unbooked amount plus the next request.
      let needed = attempt(own);
      if (reservation.isCapped) reservation.cover({ ...needed, calls: 1 });
      // Two config entries may be the same model; their questions stay separate.
      const key = `${spec.key} ${shortKey(addressOf(spec, request))}`;
      const call: BookedCall = { role, key, price: spec.price };
      let charged = nothing;
      const charge = (amount: Amount): void => {
        charged = plus(charged, amount);
        reservation.charge(amount);
      };
      try {
        const completion = await model.complete({
          ...request,
          onSend({ maxOutputTokens }) {
            if (reservation.isCapped) reservation.check(attempt(maxOutputTokens));
          },
          onRetry(next) {
            const mayPay = next === undefined || reservation.extend(attempt(next.maxOutputTokens));
            if (mayPay && next !== undefined) needed = plus(needed, attempt(next.maxOutputTokens));
            if (mayPay) evaluation.meter.bookRetry(role);
            return mayPay;
          },
          onUnused(unused) {
            const price = priceOf(modelChain, unused.answeredBy);
            charge(evaluation.meter.bookUnused({ ...call, price }, unused));
            // A repeated request with a larger limit already has its reservation; a stored answer is not
            // requested again.
            return unused.isCutOff === true || unused.origin === "cache" || reservation.renew(needed);
          },
        });
        const price = completion.price ?? priceOf(modelChain, completion.answeredBy);
        charge(evaluation.meter.book({ ...call, price }, completion));
        return completion;
      } catch (error) {
        if (error instanceof ModelError && error.kind !== "aborted")
          charge(evaluation.meter.bookFailed(call));
        throw error;
      } finally {
        account.onUse(key, charged);
      }
    },
  };
}

export function questionKey(question: unknown): string {
  return shortKey(digestOf(question));
}

/** Shortened, because an evaluation keeps one per row: 64 bits are enough for a billion questions. */
function shortKey(digest: string): string {
  return digest.slice(0, 16);
}
