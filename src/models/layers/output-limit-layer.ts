import type {
  Completion,
  CompletionRequest,
  LanguageModel,
  ModelLayer,
} from "../../contracts/language-model.ts";
import type { ModelSpec, OutputLimit } from "../../contracts/model-spec.ts";
import { BudgetError, ModelError } from "../../core/errors.ts";
import { ownOutputLimit } from "../limits/known-models.ts";
import { withComplete } from "./with-complete.ts";

const limitErrorPattern =
  /max_(completion_|output_)?tokens|max_new_tokens|output tokens|context (length|window)/i;
const contextErrorPattern = /context (length|window)/i;
/** A limit below this is implausible, so the refusal has another reason. */
const fewest = 64;

/**
 * The output limit to use after a provider rejected a larger one; undefined if it rejected something else.
 * "max_tokens is too large: 32768. This model supports at most 16384 completion tokens" gives 16,384. For a
 * context limit ("maximum context length is 8192 tokens"), half is left for the input.
 */
function permittedOutput({ status, message }: ModelError, asked: number): number | undefined {
  if ((status !== 400 && status !== 422) || !limitErrorPattern.test(message)) return undefined;
  const smaller = (message.match(/\d[\d,]*/g) ?? [])
    .map((digits) => Number(digits.replaceAll(",", "")))
    .filter((number) => number < asked && number >= fewest);
  const half = smaller.length === 0 || contextErrorPattern.test(message);
  const permitted = Math.floor(Math.max(...(smaller.length === 0 ? [asked] : smaller)) / (half ? 2 : 1));
  return permitted >= fewest ? permitted : undefined;
}

/** How many times to lower the limit before the provider's refusal is final. */
const mostRefusals = 3;

/**
 * Adds the budget's limit to requests for which the user set none. An answer truncated by it is requested again
 * with the larger planned limit. Calls `onFirstCutOff` once per model.
 */
export function outputLimitLayer(
  spec: Pick<ModelSpec, "parameters" | "outputLimit">,
  onFirstCutOff: () => void,
): ModelLayer {
  const limit = spec.outputLimit;
  if (limit === undefined) return (model) => model;
  return (model) => {
    const limited = limitedModel(model, limit, onFirstCutOff);
    return withComplete(model, (request) =>
      ownOutputLimit(spec, request.parameters) === undefined ? limited(request) : model.complete(request),
    );
  };
}

function limitedModel(model: LanguageModel, limit: OutputLimit, onFirstCutOff: () => void) {
  let wasCutOff = false;
  // The provider's limit if it is lower than the plan's.
  let most = Number.POSITIVE_INFINITY;

  async function ask(request: CompletionRequest, wanted: number): Promise<Completion> {
    for (let refusals = 0; ; refusals++) {
      const tokens = Math.min(wanted, most);
      try {
        const parameters = { ...request.parameters, maxTokens: tokens };
        return await model.complete({ ...request, parameters });
      } catch (error) {
        const permitted = error instanceof ModelError ? permittedOutput(error, tokens) : undefined;
        if (permitted === undefined || refusals >= mostRefusals) throw error;
        most = Math.min(most, permitted);
      }
    }
  }

  async function askLarger(request: CompletionRequest, first: Completion): Promise<Completion> {
    const limited: Completion = Object.freeze({ ...first, isToolLimited: true });
    if (request.onRetry?.({ maxOutputTokens: limit.enlarged }) === false) return limited;
    const reportFirst = (): void => {
      const { usage, isEstimated } = first;
      request.onUnused?.({ ...usage, isCutOff: true, ...(isEstimated === true ? { isEstimated } : {}) });
    };
    let second: Completion;
    try {
      second = await ask(request, limit.enlarged);
    } catch (error) {
      // A truncated answer that is already paid for is kept if no better one is available.
      if (error instanceof BudgetError || (error instanceof ModelError && !error.endsRun)) return limited;
      reportFirst();
      throw error;
    }
    reportFirst();
    return isCutOff(second) ? Object.freeze({ ...second, isToolLimited: true }) : second;
  }

  return async (request: CompletionRequest): Promise<Completion> => {
    const first = await ask(request, limit.tokens);
    // If the provider's limit is lower than the plan's, the provider's applies.
    if (!isCutOff(first) || most <= limit.tokens) return first;
    if (!wasCutOff) onFirstCutOff();
    wasCutOff = true;
    return askLarger(request, first);
  };
}

function isCutOff({ kind, finishReason }: Completion): boolean {
  return kind === "cut_off" || finishReason === "length";
}
