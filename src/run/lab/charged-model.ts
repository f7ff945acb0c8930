import type { LanguageModel } from "../../contracts/language-model.ts";
import { digestOf } from "../../core/data/digest.ts";
import { ModelError } from "../../core/errors.ts";
import type { CallRole } from "../../core/usage.ts";
import { outputLimitOf } from "../../models/limits/output-limit-of.ts";
import { addressOf } from "../../models/model-question.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { Reservation } from "../budget/budget-reservations.ts";
import { type ModelChain, priceOf, requestTexts, worstCall } from "../budget/worst-case.ts";
import type { BookedCall, Meter } from "./meter.ts";

/** A live model with what is known of it and of its fallbacks. */
export interface LiveModel {
  readonly modelChain: ModelChain;
  readonly model: LanguageModel;
}

/** Where the calls of one piece of work are charged. */
export interface Account {
  readonly reservation: Reservation;
  /** Told of every question asked, and what of its cost was charged here: nothing when another asker paid. */
  readonly onUse: (key: string, charged: Amount) => void;
}

/** Whose call it is, and which sample of its question. */
export interface Charging {
  readonly repeat: number;
  readonly role: CallRole;
  readonly account: Account;
}

/**
 * The model with every answer booked on the meter and charged to the account. Rejects with BudgetError where the
 * account does not hold the call.
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
      const texts = requestTexts(request, spec.parameters);
      const attempt = (maxOutputTokens?: number): Amount => ({
        ...worstCall(modelChain, texts, 0, maxOutputTokens),
        calls: 0,
      });
      const limit = given.parameters?.maxTokens;
      const own = limit === undefined || limit < 1 ? undefined : outputLimitOf(spec, given.parameters);
      if (reservation.isCapped) reservation.cover({ ...attempt(own), calls: 1 });
      // Two entries of the config may be one model: what each is asked is told apart all the same.
      const key = `${spec.key} ${shortKey(addressOf(spec, request))}`;
      const call: BookedCall = { role, key, price: spec.price };
      let charged = nothing;
      // What is not booked yet and what is asked for next.
      let needed = attempt(own);
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
            // What is asked for again under a larger limit has its room already; what is on file is not asked again.
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

/** Short, for an evaluation keeps one for each row: 64 bits tell a billion questions apart. */
function shortKey(digest: string): string {
  return digest.slice(0, 16);
}
