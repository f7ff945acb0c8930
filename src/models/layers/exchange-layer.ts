import {
  type AnswerStore,
  type FailedAnswer,
  type FiledExchange,
  isModelExchange,
  type ModelQuestion,
} from "../../contracts/answer-store.ts";
import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
  UnusedAttempt,
} from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import type { Price } from "../../core/usage.ts";
import type { InFlight } from "../limits/in-flight.ts";
import { addressedQuestion } from "../model-question.ts";
import { withComplete } from "./with-complete.ts";

interface ExchangeOptions {
  readonly spec: ModelSpec;
  readonly store: AnswerStore;
  readonly inFlight: InFlight;
  /** Models that may answer instead of this one. */
  readonly fallbacks?: readonly Pick<ModelSpec, "name" | "price">[];
}

/** A question waiting for its answer. */
interface Asking extends ExchangeOptions {
  readonly model: LanguageModel;
  readonly request: CompletionRequest;
  readonly question: ModelQuestion;
  readonly address: string;
}

/**
 * Returns stored answers and stores new ones. Concurrent calls with the same question are sent once. Stored
 * unused attempts are reported to `onUnused` again, so that a resumed run counts the same as the original; so are
 * attempts that a killed session left unanswered.
 */
export function exchangeLayer(options: ExchangeOptions): ModelLayer {
  const { spec, store, inFlight } = options;
  return (model) =>
    withComplete(model, async (request) => {
      const { question, address } = addressedQuestion(spec, request);
      const { answer, isFirst } = await inFlight.share(address, request.signal, () =>
        findOrAsk({ ...options, model, request, question, address }),
      );
      // An answer that another caller pays for adds no cost.
      return isFirst || answer.origin !== undefined
        ? answer
        : Object.freeze({ ...answer, origin: "cache" as const });
    });

  async function findOrAsk(asking: Asking): Promise<Completion> {
    const { request, question, address } = asking;
    const filed = await store.find(address, question);
    const earlier = store.unfiled?.(address) ?? [];
    let mayPay = true;
    for (const one of earlier) mayPay = request.onUnused?.(one) ?? true;
    const found = filed && answerOf(filed, request, spec);
    if (found !== undefined) return found;
    const { unused, retries } = paidOf(filed);
    const paid = { unused: [...unused, ...earlier], retries };
    // A question whose stored answer does not stand belongs to this run.
    const isClaimed = filed === undefined && mayPay && store.claim !== undefined;
    if (!isClaimed) return askAndFile(asking, paid, mayPay);
    const awaited = await store.claim?.(address, question, request.signal);
    if (awaited !== undefined) {
      const answer = answerOf(awaited, request, spec);
      if (answer !== undefined) return answer;
    }
    try {
      return await askAndFile(asking, paid, mayPay);
    } finally {
      store.release?.(address);
    }
  }
}

/** Throws the stored error if the question failed; undefined if it must be sent again. */
function answerOf(filed: FiledExchange, request: CompletionRequest, spec: ModelSpec): Completion | undefined {
  const { exchange, origin } = filed;
  if (!isModelExchange(exchange)) return undefined;
  const { completion, failure, price } = exchange;
  const isStanding = stands(filed, spec);
  const { unused, retries } = isStanding ? exchange : paidOf(filed);
  for (const one of unused ?? []) request.onUnused?.(origin === "journal" ? one : { ...one, origin });
  if (origin === "journal") for (let at = 0; at < (retries ?? 0); at++) request.onRetry?.();
  if (failure !== undefined) throw failureError(failure);
  if (!isStanding || completion === undefined) return undefined;
  return Object.freeze({ ...completion, origin, ...(price === undefined ? {} : { price }) });
}

/** Whether a session with this model's limit would get the same answer again. */
function stands({ exchange, isReplayed }: FiledExchange, { outputLimit }: ModelSpec): boolean {
  if (!isModelExchange(exchange) || exchange.isProvisional !== true || isReplayed === true) return true;
  const { maxOutputTokens } = exchange;
  return outputLimit?.origin === "flag" && outputLimit.enlarged === maxOutputTokens;
}

/** Amount already paid for a question that is sent again. */
interface Paid {
  readonly unused: readonly UnusedAttempt[];
  readonly retries: number;
}

function paidOf(filed: FiledExchange | undefined): Paid {
  if (filed === undefined || !isModelExchange(filed.exchange)) return { unused: [], retries: 0 };
  const { unused = [], retries = 0, completion } = filed.exchange;
  if (completion === undefined) return { unused, retries };
  const { usage, isEstimated } = completion;
  const answer = { ...usage, isCutOff: true, ...(isEstimated === true ? { isEstimated } : {}) };
  return { unused: [...unused, answer], retries };
}

/** `mayPay` is false if attempts of earlier sessions left too little budget for another one. */
async function askAndFile(
  { model, request, question, address, spec, store, fallbacks }: Asking,
  earlier: Paid,
  mayPay: boolean,
): Promise<Completion> {
  const unused = [...earlier.unused];
  let { retries } = earlier;
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    unused.push(attempt);
    store.attempts?.ended(address, attempt);
    return request.onUnused?.(attempt) ?? true;
  };
  const onRetry: CompletionRequest["onRetry"] = (next) => {
    const mayPay = request.onRetry?.(next) ?? true;
    if (mayPay) retries++;
    return mayPay;
  };
  const attempts = () => ({
    ...(unused.length === 0 ? {} : { unused }),
    ...(retries === 0 ? {} : { retries }),
  });
  try {
    if (!mayPay) throw unaffordableError(earlier.unused);
    const completion = await model.complete({ ...request, onUnused, onRetry, address });
    // Without the flag that set the limit, the same question would get a full answer.
    const isProvisional = completion.isToolLimited === true && spec.outputLimit?.origin === "flag";
    const provisional = isProvisional ? { isProvisional, maxOutputTokens: spec.outputLimit.enlarged } : {};
    // A fallback's answer belongs to this run only: the primary model may answer next time.
    const isShared = completion.answeredBy === undefined && !isProvisional;
    const price = priceOf({ spec, ...(fallbacks === undefined ? {} : { fallbacks }) }, completion.answeredBy);
    const priced = price === undefined ? {} : { price };
    await store.put(
      address,
      { question, completion, ...attempts(), ...priced, ...provisional },
      { isShared },
    );
    return completion;
  } catch (error) {
    if (error instanceof ModelError && !error.endsRun) {
      await store.put(address, { question, failure: failureOf(error), ...attempts() }, { isShared: false });
    }
    throw error;
  }
}

function priceOf(
  { spec, fallbacks = [] }: Pick<ExchangeOptions, "spec" | "fallbacks">,
  answeredBy: string | undefined,
): Price | undefined {
  return answeredBy === undefined ? spec.price : fallbacks.find(({ name }) => name === answeredBy)?.price;
}

/** Same error as for an attempt lost in this session when the budget does not cover another one. */
function unaffordableError({ length }: readonly UnusedAttempt[]): ModelError {
  const attempts = length === 1 ? "an attempt" : `${length} attempts`;
  return new ModelError(`${attempts} of an earlier session got no answer, and the budget is spent`, {
    kind: "connection",
    hint: "lost calls are charged to budget.usd and budget.tokens: increase them",
  });
}

function failureOf({ code, kind, message, hint }: ModelError): FailedAnswer {
  return { code, kind, message, ...(hint === undefined ? {} : { hint }) };
}

function failureError({ kind, message, hint }: FailedAnswer): ModelError {
  return new ModelError(message, { kind: (kind ?? "bad_request") as ModelErrorKind, hint });
}
