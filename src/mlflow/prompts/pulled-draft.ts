import type { PromptDraft } from "../../contracts/registry.ts";
import { defined } from "../../core/defined.ts";
import type { ModelConfiguration } from "../../core/prompt/prompt.ts";
import { templateFromJson } from "../../core/prompt/template-json.ts";
import { modelConfigurationOf } from "./model-config.ts";
import { ucTagKey } from "./prompt-name.ts";
import type { MlflowPromptVersion } from "./prompt-version.ts";
import { originTag } from "./version-push.ts";

/**
 * A version of MLflow as a draft for the registry. Most versions there name no model: `model` is for these, and
 * without one there is no draft.
 */
export function draftOfPulled(
  pulled: MlflowPromptVersion,
  model: ModelConfiguration | undefined,
): PromptDraft | undefined {
  const { path, template, templateLanguage, modelConfig, responseFormat, description, tags } = pulled;
  const configuration =
    modelConfigurationOf(modelConfig, responseFormat) ??
    (model === undefined || responseFormat === undefined ? model : { ...model, responseFormat });
  if (configuration === undefined) return undefined;
  const own = Object.entries(tags).filter(
    ([key]) => !key.startsWith(originTag) && !key.startsWith(ucTagKey(originTag)),
  );
  return {
    path,
    template: templateFromJson(template),
    templateLanguage,
    model: configuration,
    tags: Object.fromEntries(own),
    createdBy: `MLflow ${pulled.uri}`,
    ...defined({ versionDescription: description }),
  };
}
