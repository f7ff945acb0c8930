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
        return (filed && answerOf(filed, request)) ?? askAndFile(model, request, question, address, store);
      });
      // What another caller is paying for costs nothing more.
      return isFirst || answer.origin !== undefined
        ? answer
        : Object.freeze({ ...answer, origin: "cache" as const });
    });
}

/** Throws the filed error when the question failed then. */
function answerOf({ exchange, origin }: FiledExchange, request: CompletionRequest): Completion | undefined {
  if (!isModelExchange(exchange)) return undefined;
  const { completion, failure, unused } = exchange;
  if (origin === "journal") for (const one of unused ?? []) request.onUnused?.(one);
  if (failure !== undefined) throw failureError(failure);
  return completion && Object.freeze({ ...completion, origin });
}

async function askAndFile(
  model: LanguageModel,
  request: CompletionRequest,
  question: ModelQuestion,
  address: string,
  store: AnswerStore,
): Promise<Completion> {
  const unused: UnusedAttempt[] = [];
  const onUnused: CompletionRequest["onUnused"] = (attempt) => {
    unused.push(attempt);
    return request.onUnused?.(attempt) ?? true;
  };
  const attempts = () => (unused.length === 0 ? {} : { unused });
  try {
    const completion = await model.complete({ ...request, onUnused });
    // What a fallback said is this run's answer, but not what the model would say another day.
    const isShared = completion.answeredBy === undefined;
    await store.put(address, { question, completion, ...attempts() }, { isShared });
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
