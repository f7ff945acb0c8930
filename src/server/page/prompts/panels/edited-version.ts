import type { PromptDraft, PromptVersion } from "../../../../contracts/registry.ts";
import { ConfigError, UsageError } from "../../../../core/errors.ts";
import { templatesOf, textsOf } from "../../../../core/prompt/candidate.ts";
import type { ModelConfiguration, Template } from "../../../../core/prompt/prompt.ts";
import { type ContractPrompt, checkContract } from "../../../../core/prompt/prompt-contract.ts";
import {
  detailsFromKeys,
  detailsSchema,
  detailsToJson,
} from "../../../../formats/prompt-file/prompt-details.ts";
import { checkValues } from "../../../../registry/changes/allowed-values.ts";
import { checkedPath } from "../../../../registry/prompt-path.ts";
import type { ServerServices } from "../../../server-services.ts";
import type { FormFields } from "../../shell/form-fields.ts";
import { promptName } from "../prompt-view.ts";

/** Fields of the texts of a template, in the order of `textsOf`. */
export const textFieldName = (at: number) => `text_${at}`;

/** What a new version must keep: the variables, and what the config locks. */
export function contractOf(
  { path, shown }: { readonly path: string; readonly shown: PromptVersion },
  { project }: Pick<ServerServices, "project">,
): ContractPrompt {
  const { template, templateLanguage } = shown;
  const configured = Object.values(project?.prompts ?? {}).find((one) => one.path === path);
  const { locked = [], maxPromptTokens } = configured ?? {};
  return {
    key: promptName(path),
    template,
    templateLanguage,
    locked,
    ...(maxPromptTokens === undefined ? {} : { maxPromptTokens }),
  };
}

/** Settings as in a `.prompt` file, without the text and its language. */
export function settingsText({ model }: PromptVersion): string {
  const { template: _, ...settings } = detailsToJson({ template: "", templateLanguage: "default", model });
  return JSON.stringify(settings, null, 2);
}

/** The draft that a form describes. Throws UsageError or ConfigError for what a version must not be. */
export function draftOfForm(
  fields: FormFields,
  base: PromptVersion,
  services: Pick<ServerServices, "project">,
): PromptDraft {
  const { path, templateLanguage, modelEntry } = base;
  const target = fields.get("path").trim() === "" ? path : checkedPath(fields.get("path").trim());
  const template = templateOfForm(fields, base);
  // Another prompt has a contract of its own.
  if (target === path) refuseBrokenContract(base, template, services);
  const model = modelOfForm(fields, base);
  const isSameModel = model.model === base.model.model && model.provider === base.model.provider;
  const optional = (name: string, key: "versionName" | "versionDescription") => {
    const value = fields.get(name).trim();
    return value === "" ? {} : { [key]: value };
  };
  return {
    path: target,
    template,
    templateLanguage,
    model,
    ...(isSameModel && modelEntry !== undefined ? { modelEntry } : {}),
    ...optional("version_name", "versionName"),
    ...optional("version_description", "versionDescription"),
    ...(target === path ? { origin: { parent: base.version } } : {}),
  };
}

function templateOfForm(fields: FormFields, { path, template }: PromptVersion): Template {
  const key = promptName(path);
  const known = textsOf([{ key, template }]);
  const texts = Object.fromEntries(
    Object.keys(known).map((name, at) => {
      if (!fields.has(textFieldName(at))) throw new UsageError("the form is incomplete: a text is missing");
      return [name, withLineEnds(fields.get(textFieldName(at)), known[name] ?? "")];
    }),
  );
  return templatesOf([{ key, template }], texts)[key] ?? template;
}

/** Forms lose which line ends a text had; a text that nobody changed must stay equal. */
function withLineEnds(typed: string, before: string): string {
  if (typed === before.replace(/\r\n?/g, "\n")) return before;
  return /\r\n/.test(before) && !/[^\r]\n/.test(before) ? typed.replaceAll("\n", "\r\n") : typed;
}

function refuseBrokenContract(
  base: PromptVersion,
  template: Template,
  services: Pick<ServerServices, "project">,
): void {
  const contract = contractOf({ path: base.path, shown: base }, services);
  const problems = checkContract([contract], textsOf([{ key: contract.key, template }]));
  if (problems.length === 0) return;
  throw new UsageError(`nothing was saved: ${problems.join("; ")}`, {
    hint: "keep the variables and the locked passages, or save the text as another prompt",
  });
}

function modelOfForm(fields: FormFields, base: PromptVersion): ModelConfiguration {
  const written = fields.get("settings").trim();
  if (written === "" || written === settingsText(base)) return base.model;
  const parsed = detailsSchema.safeParse({ ...jsonOf(written), template: "" });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.length === 0 ? "" : `${path.map(String).join(".")}: `}${message}`,
    );
    throw new UsageError(`the settings cannot be used: ${problems.join("; ")}`);
  }
  const { model, templateLanguage } = detailsFromKeys(parsed.data);
  if (templateLanguage !== "default")
    throw new UsageError("template_language cannot be changed in the settings", {
      hint: "save the prompt with `dao-opt registry upsert` instead",
    });
  refuseValues(model);
  return model;
}

/** The registry stores any values, but nobody should type those that no model accepts. */
function refuseValues(model: ModelConfiguration): void {
  try {
    checkValues(model, "settings");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.issues.map(({ path, message }) => `${path} ${message}`);
    throw new UsageError(`the settings cannot be used: ${problems.join("; ")}`, { cause: error });
  }
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new UsageError(`the settings are not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError("the settings are not a JSON object", { hint: 'write {"model": "…"}' });
}
