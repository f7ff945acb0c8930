import type { PromptVersion } from "../../contracts/registry.ts";
import { defined } from "../../core/defined.ts";
import { templateToJson } from "../../core/prompt/template-json.ts";
import { mlflowModelConfig } from "./model-config.ts";
import type { PromptPush } from "./prompt-version.ts";

/** Prefix of the tags with the origin of a version. */
export const originTag = "dao_opt.";

/** A version of the registry as MLflow takes it: with its model, and its scores and run as tags. */
export function pushOfVersion(
  version: PromptVersion,
  {
    tags = {},
    alias,
  }: { readonly tags?: Readonly<Record<string, string>>; readonly alias?: string | undefined },
): PromptPush {
  const { responseFormat, ...model } = version.model;
  return {
    path: version.path,
    versionId: version.versionId,
    template: templateToJson(version.template),
    templateLanguage: version.templateLanguage,
    modelConfig: mlflowModelConfig(model),
    responseFormat,
    description: version.versionDescription,
    tags: { ...tags, ...originTags(version) },
    alias,
  };
}

function originTags({ version, versionName, origin }: PromptVersion): Readonly<Record<string, string>> {
  const { run, engine, gate, seed, dataDigest, scores } = origin;
  const test = scores?.test;
  const facts = defined({
    version,
    version_name: versionName,
    run,
    optimizer: engine,
    gate,
    seed,
    data_digest: dataDigest,
    score_base: test?.base,
    score: test?.optimized,
    gain: test?.difference,
    gain_interval: test === undefined ? undefined : JSON.stringify(test.interval),
    gain_confidence: test?.confidence,
    test_rows: test?.rows,
  });
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [originTag + key, String(value)]));
}
