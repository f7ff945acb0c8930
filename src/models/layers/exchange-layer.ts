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
import type { InFlight } from "../in-flight.ts";
import { addressedQuestion } from "../model-question.ts";
import { withComplete } from "./with-complete.ts";

export interface ExchangeOptions {
  readonly spec: ModelSpec;
  readonly store: AnswerStore;
  readonly inFlight: InFlight;
}

/**
 * Answers from the store what was answered before, and files what is answered now. The same question
 * asked twice at once is sent once. Unused attempts on file are reported to `onUnused` again, so that a resumed
 * run counts as the first one did.
 */
export function exchangeLayer(options: ExchangeOptions): ModelLayer {
  const { spec, store, inFlight } = options;
  return (model) =>
    withComplete(model, async (request) => {
      const { question, address } = addressedQuestion(spec, request);
      const { answer, isFirst } = await inFlight.share(address, request.signal, async () => {
        const filed = await store.find(address, question);
        const found = filed && answerOf(filed, request, spec);
        const asking = { ...options, request, question, address };
        return found ?? askAndFile(model, { ...asking, earlier: paidOf(filed) });
      });
      // What another caller is paying for costs nothing more.
      return isFirst || answer.origin !== undefined
        ? answer
        : Object.freeze({ ...answer, origin: "cache" as const });
    });
}

/** Throws the filed error when the question failed then; undefined when it is to be asked anew. */
function answerOf(filed: FiledExchange, request: CompletionRequest, spec: ModelSpec): Completion | undefined {
  const { exchange, origin } = filed;
  if (!isModelExchange(exchange)) return undefined;
  const { completion, failure } = exchange;
  const isStanding = stands(filed, spec);
  const { unused, retries } = isStanding ? exchange : paidOf(filed);
  for (const one of unused ?? []) request.onUnused?.(origin === "journal" ? one : { ...one, origin });
  if (origin === "journal") for (let at = 0; at < (retries ?? 0); at++) request.onRetry?.();
  if (failure !== undefined) throw failureError(failure);
  return isStanding ? completion && Object.freeze({ ...completion, origin }) : undefined;
}

/** Would a session with this model's limit get the same answer again? */
function stands({ exchange, isReplayed }: FiledExchange, { outputLimit }: ModelSpec): boolean {
  if (!isModelExchange(exchange) || exchange.isProvisional !== true || isReplayed === true) return true;
  const { maxOutputTokens } = exchange;
  return outputLimit?.origin === "flag" && outputLimit.enlarged === maxOutputTokens;
}

/** What was paid for a question that is asked anew. */
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

interface Asking extends ExchangeOptions {
  readonly request: CompletionRequest;
  readonly question: ModelQuestion;
  readonly address: string;
  readonly earlier: Paid;
}

async function askAndFile(model: LanguageModel, asking: Asking): Promise<Completion> {
  const { spec, store, request, question, address, earlier } = asking;
  const unused = [...earlier.unused];
  let { retries } = earlier;
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    unused.push(attempt);
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
    const answer = await model.complete({ ...request, onUnused, onRetry });
    // What a fallback said is this run's answer, but not what the model would say another day.
    const isOwn = answer.answeredBy === undefined;
    const completion =
      isOwn && spec.price !== undefined ? Object.freeze({ ...answer, price: spec.price }) : answer;
    // Without the flag that set the limit, the same question gets its whole answer.
    const isProvisional = answer.isToolLimited === true && spec.outputLimit?.origin === "flag";
    const provisional = isProvisional ? { isProvisional, maxOutputTokens: spec.outputLimit.enlarged } : {};
    const exchange = { question, completion, ...attempts(), ...provisional };
    await store.put(address, exchange, { isShared: isOwn && !isProvisional });
    return completion;
  } catch (error) {
    if (error instanceof ModelError && !error.isFatal && error.kind !== "aborted") {
      await store.put(address, { question, failure: failureOf(error), ...attempts() }, { isShared: false });
    }
    throw error;
  }
}

function failureOf({ code, kind, message, hint }: ModelError): FailedAnswer {
  return { code, kind, message, ...(hint === undefined ? {} : { hint }) };
}

function failureError({ kind, message, hint }: FailedAnswer): ModelError {
  return new ModelError(message, { kind: (kind ?? "bad_request") as ModelErrorKind, hint });
}
