import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
} from "../../contracts/language-model.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import { withComplete } from "./with-complete.ts";

/** A wrong key or request is a mistake to report, not to hide behind another model. */
const staysWithFirst: ReadonlySet<ModelErrorKind> = new Set(["auth", "bad_request", "aborted"]);

/**
 * Tries further models in order when the previous one fails permanently. If all fail, rejects with the first
 * model's error and names the others in it.
 */
export function fallbackLayer(others: readonly LanguageModel[]): ModelLayer {
  return (model) =>
    others.length === 0
      ? model
      : withComplete(model, async (request) => {
          let mayPay = true;
          const asking = (name: string | undefined): CompletionRequest => ({
            ...request,
            onUnused: (attempt) => {
              mayPay =
                request.onUnused?.(name === undefined ? attempt : { ...attempt, answeredBy: name }) ?? true;
              return mayPay;
            },
          });
          const failures: ModelError[] = [];
          for (const asked of [model, ...others]) {
            const name = asked === model ? undefined : asked.modelId;
            const outcome = await attempt(asked, asking(name));
            if (!(outcome instanceof ModelError)) {
              return name === undefined ? outcome : Object.freeze({ ...outcome, answeredBy: name });
            }
            failures.push(outcome);
            if (outcome.kind === "aborted") throw outcome;
            if (!mayPay || (asked === model && staysWithFirst.has(outcome.kind))) break;
          }
          throw firstOf(failures);
        });
}

async function attempt(model: LanguageModel, request: CompletionRequest): Promise<Completion | ModelError> {
  try {
    return await model.complete(request);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

function firstOf(failures: readonly ModelError[]): ModelError {
  const [first, ...rest] = failures as [ModelError, ...ModelError[]];
  if (rest.length === 0) return first;
  const others = rest.map(({ message }) => `; fallback: ${message}`).join("");
  return first.with({ message: `${first.message}${others}` });
}
