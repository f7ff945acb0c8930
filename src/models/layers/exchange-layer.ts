import {
  type AnswerStore,
  type FailedAnswer,
  type FiledExchange,
  isModelExchange,
  type ModelQuestion,
  type WastedTokens,
} from "../../contracts/answer-store.ts";
import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
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
  /** An answer cut off by length, filed for a caller who could use it, is none for this one. */
  readonly refusesCutOff: boolean;
}

/**
 * Answers from the store what was answered before, and files what is answered now. The same question
 * asked twice at once is sent once. Filed waste is told to `onWaste` again, so that a resumed run
 * counts as the first one did.
 */
export function exchangeLayer(options: ExchangeOptions): ModelLayer {
  const { spec, store, inFlight, refusesCutOff } = options;
  return (model) =>
    withComplete(model, async (request) => {
      const { question, address } = addressedQuestion(spec, request);
      const { answer, isFirst } = await inFlight.share(
        `${address}:${refusesCutOff}`,
        request.signal,
        async () => {
          const filed = await store.find(address, question);
          return (
            (filed && answerOf(filed, request, refusesCutOff)) ??
            askAndFile(model, request, question, address, store)
          );
        },
      );
      // What another caller is paying for costs nothing more.
      return isFirst || answer.origin !== undefined
        ? answer
        : Object.freeze({ ...answer, origin: "cache" as const });
    });
}

/** Throws the filed error when the question failed then. */
function answerOf(
  { exchange, origin }: FiledExchange,
  request: CompletionRequest,
  refusesCutOff: boolean,
): Completion | undefined {
  if (!isModelExchange(exchange)) return undefined;
  const { completion, failure, wasted } = exchange;
  if (refusesCutOff && completion?.finishReason === "length") return undefined;
  if (origin === "journal") for (const one of wasted ?? []) request.onWaste?.(one, one.answeredBy);
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
  const waste: WastedTokens[] = [];
  const onWaste: CompletionRequest["onWaste"] = (usage, answeredBy) => {
    waste.push(answeredBy === undefined ? usage : { ...usage, answeredBy });
    return request.onWaste?.(usage, answeredBy) ?? true;
  };
  const wasted = () => (waste.length === 0 ? {} : { wasted: waste });
  try {
    const completion = await model.complete({ ...request, onWaste });
    // What a fallback said is this run's answer, but not what the model would say another day.
    const isShared = completion.answeredBy === undefined;
    await store.put(address, { question, completion, ...wasted() }, { isShared });
    return completion;
  } catch (error) {
    if (error instanceof ModelError && !error.isFatal && error.kind !== "aborted") {
      await store.put(address, { question, failure: failureOf(error), ...wasted() }, { isShared: false });
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
