import type { LanguageModel } from "../../contracts/language-model.ts";

/** The same model, asked another way: the shape of every layer. */
export function withComplete(model: LanguageModel, complete: LanguageModel["complete"]): LanguageModel {
  return Object.freeze({ provider: model.provider, modelId: model.modelId, complete });
}
