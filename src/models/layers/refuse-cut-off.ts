import type { ModelLayer } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { withComplete } from "./with-complete.ts";

/**
 * An answer cut off by length becomes an error, for callers to whom half an answer is none. Callers
 * that look at `finishReason` themselves leave this layer out.
 */
export const refuseCutOff: ModelLayer = (model) =>
  withComplete(model, async (request) => {
    const completion = await model.complete(request);
    if (completion.finishReason !== "length") return completion;
    throw new ModelError(
      `${model.modelId} was cut off by its length limit after ${completion.usage.outputTokens} tokens`,
      { kind: "length", usage: completion.usage, hint: "raise max_tokens of the model" },
    );
  });
