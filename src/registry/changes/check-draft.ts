import type { PromptDraft } from "../../contracts/registry.ts";
import { UsageError } from "../../core/errors.ts";
import {
  detailsSchema,
  detailsToJson,
  type PromptDetails,
  unknownConfigurationKeys,
} from "../../formats/prompt-file/prompt-details.ts";
import { jsonProblem, maxFileBytes } from "../../formats/yaml/parse-yaml.ts";
import { checkedPath } from "../prompt-path.ts";

/** A draft that can be filed. */
export interface CheckedDraft {
  readonly path: string;
  readonly details: PromptDetails;
}

/** Throws UsageError naming everything in the draft that no version can hold. */
export function checkDraft(draft: PromptDraft): CheckedDraft {
  const path = checkedPath(draft.path);
  const { template, templateLanguage, model } = draft;
  const details = { template, templateLanguage, model };
  const json = detailsToJson(details);
  const { path: _, template: __, model: ___, ...described } = draft;
  const unwritable = jsonProblem(json) ?? jsonProblem(described);
  const checked = detailsSchema.safeParse(json);
  const problems = [
    ...unknownConfigurationKeys(model).map((key) => `model.${key}: unknown key`),
    ...(unwritable === undefined ? [] : [unwritable]),
    ...(checked.error?.issues ?? []).map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`),
  ];
  const bytes = unwritable === undefined ? Buffer.byteLength(JSON.stringify(json)) : 0;
  if (bytes > maxFileBytes) problems.push(`the template is larger than ${maxFileBytes / 1e6} MB`);
  if (problems.length > 0) throw new UsageError(`${path} cannot be filed: ${problems.join("; ")}`);
  return { path, details };
}
