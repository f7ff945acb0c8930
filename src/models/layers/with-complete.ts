import type { LanguageModel } from "../../contracts/language-model.ts";

/** A copy of the model with another `complete`; every layer returns one. */
export function withComplete(model: LanguageModel, complete: LanguageModel["complete"]): LanguageModel {
  return Object.freeze({ provider: model.provider, modelId: model.modelId, complete });
}
