import { z } from "zod";
import { ConfigError, type ConfigIssue } from "../../core/errors.ts";
import { detailsFromKeys, detailsSchema } from "../../formats/prompt-file/prompt-details.ts";
import { jsonProblem } from "../../formats/yaml/parse-yaml.ts";
import { deploymentFromKeys, deploymentSchema } from "../records/deployment-lines.ts";
import { promptFromKeys, promptRecordSchema } from "../records/prompt-yaml.ts";
import { environmentsFromKeys, environmentsSchema } from "../records/registry-yaml.ts";
import { versionFromKeys, versionSchema } from "../records/version-yaml.ts";
import type { EnvironmentRecord, WholePrompt } from "../registry-storage.ts";

export const documentFormat = 1;
const maxIssues = 20;

/** Every key of an export, in snake_case as on disk. */
const schema = z.strictObject({
  dao_opt_registry: z.literal(documentFormat),
  environments: environmentsSchema,
  prompts: z.array(
    promptRecordSchema.extend({
      path: z.string(),
      versions: z.array(versionSchema.extend({ prompt: detailsSchema.nullish() })),
      deployments: z.array(deploymentSchema),
    }),
  ),
});

/** A prompt on its way from one registry to another. */
export interface CarriedPrompt extends WholePrompt {
  readonly path: string;
}

/** A whole registry as a value. */
export interface RegistryDocument {
  readonly environments: readonly EnvironmentRecord[];
  readonly prompts: readonly CarriedPrompt[];
}

/** Reads the text of an export. Throws ConfigError with everything that is wrong with it. */
export function parseRegistryDocument(text: string, file: string): RegistryDocument {
  const value = parseJson(text, file);
  const unusable = jsonProblem(value);
  const checked = schema.safeParse(value);
  const issues = [
    ...(unusable === undefined ? [] : [{ file, path: "", message: unusable }]),
    ...(checked.error?.issues ?? []).map((issue): ConfigIssue => {
      const isFormat = issue.path.length < 2 && issue.path[0] !== "prompts";
      const hint = isFormat ? { hint: "it is made by: dao-opt registry export" } : {};
      return { file, path: issue.path.map(String).join("."), message: issue.message, ...hint };
    }),
  ];
  if (checked.data === undefined || issues.length > 0) {
    throw new ConfigError(issues.slice(0, maxIssues), { subject: "the export" });
  }
  return {
    environments: environmentsFromKeys(checked.data.environments),
    prompts: checked.data.prompts.map(({ path, versions, deployments, ...prompt }) => ({
      path,
      prompt: promptFromKeys(prompt),
      versions: versions.map(({ prompt: details, ...record }) => ({
        record: versionFromKeys(record),
        ...(details ? { details: detailsFromKeys(details) } : {}),
      })),
      deployments: deployments.map(deploymentFromKeys),
    })),
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `it is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigError([{ file, path: "", message }], { cause });
  }
}
