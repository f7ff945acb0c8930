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
import type { InFlight } from "../in-flight.ts";
import { addressedQuestion } from "../model-question.ts";
import { withComplete } from "./with-complete.ts";

export interface ExchangeOptions {
  readonly spec: ModelSpec;
  readonly store: AnswerStore;
  readonly inFlight: InFlight;
  /** Models that may answer in place of this one. */
  readonly fallbacks?: readonly Pick<ModelSpec, "name" | "price">[];
}

/** A question on its way to an answer. */
interface Asking extends ExchangeOptions {
  readonly model: LanguageModel;
  readonly request: CompletionRequest;
  readonly question: ModelQuestion;
  readonly address: string;
}

/**
 * Answers from the store what was answered before, and files what is answered now. The same question
 * asked twice at once is sent once. Unused attempts on file are reported to `onUnused` again, so that a resumed
 * run counts as the first one did; so are those that a killed session left without an answer.
 */
export function exchangeLayer(options: ExchangeOptions): ModelLayer {
  const { spec, store, inFlight } = options;
  return (model) =>
    withComplete(model, async (request) => {
      const { question, address } = addressedQuestion(spec, request);
      const { answer, isFirst } = await inFlight.share(address, request.signal, () =>
        findOrAsk({ ...options, model, request, question, address }),
      );
      // What another caller is paying for costs nothing more.
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
    return (filed && answerOf(filed, request)) ?? askAndFile(asking, earlier, mayPay);
  }
}

/** Throws the filed error when the question failed then. */
function answerOf({ exchange, origin }: FiledExchange, request: CompletionRequest): Completion | undefined {
  if (!isModelExchange(exchange)) return undefined;
  const { completion, failure, unused, price } = exchange;
  if (origin === "journal") for (const one of unused ?? []) request.onUnused?.(one);
  if (failure !== undefined) throw failureError(failure);
  return completion && Object.freeze({ ...completion, origin, ...(price === undefined ? {} : { price }) });
}

/** `mayPay` is false when the attempts of earlier sessions have left too little of the budget for another one. */
async function askAndFile(
  { model, request, question, address, store, ...prices }: Asking,
  earlier: readonly UnusedAttempt[],
  mayPay: boolean,
): Promise<Completion> {
  const unused = [...earlier];
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    unused.push(attempt);
    store.attempts?.ended(address, attempt);
    return request.onUnused?.(attempt) ?? true;
  };
  const attempts = () => (unused.length === 0 ? {} : { unused });
  try {
    if (!mayPay) throw unaffordableError(earlier);
    const completion = await model.complete({ ...request, onUnused, address });
    const isProvisional = completion.isProvisional === true;
    // What a fallback said is this run's answer, but not what the model would say another day.
    const isShared = completion.answeredBy === undefined && !isProvisional;
    const price = priceOf(prices, completion.answeredBy);
    const exchange = { question, completion, ...attempts(), ...(price === undefined ? {} : { price }) };
    await store.put(address, exchange, { isShared, ...(isProvisional ? { isProvisional } : {}) });
    return completion;
  } catch (error) {
    if (error instanceof ModelError && !error.isFatal && error.kind !== "aborted") {
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

/** As when an attempt is lost in this session, and the budget does not hold a further one. */
function unaffordableError({ length }: readonly UnusedAttempt[]): ModelError {
  const attempts = length === 1 ? "an attempt" : `${length} attempts`;
  return new ModelError(`${attempts} of an earlier session brought no answer, and the budget is spent`, {
    kind: "connection",
    hint: "lost calls are charged to budget.usd and budget.tokens: raise them",
  });
}

function failureOf({ code, kind, message, hint }: ModelError): FailedAnswer {
  return { code, kind, message, ...(hint === undefined ? {} : { hint }) };
}

function failureError({ kind, message, hint }: FailedAnswer): ModelError {
  return new ModelError(message, { kind: (kind ?? "bad_request") as ModelErrorKind, hint });
}
