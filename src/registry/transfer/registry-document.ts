import { z } from "zod";
import { ConfigError, type ConfigIssue, isDaoOptError } from "../../core/errors.ts";
import { detailsDigest } from "../../formats/prompt-file/normal-form.ts";
import { detailsFromKeys, detailsSchema } from "../../formats/prompt-file/prompt-details.ts";
import { jsonProblem } from "../../formats/yaml/parse-yaml.ts";
import { checkPromptName, checkVersionName } from "../changes/reserved-names.ts";
import { checkedPath } from "../prompt-path.ts";
import { deploymentFromKeys, deploymentSchema } from "../records/deployment-lines.ts";
import { promptFromKeys, promptRecordSchema } from "../records/prompt-yaml.ts";
import { environmentsFromKeys, environmentsSchema } from "../records/registry-yaml.ts";
import { versionFromKeys, versionSchema } from "../records/version-yaml.ts";
import type { EnvironmentRecord, WholePrompt } from "../registry-storage.ts";

export const documentFormat = 1;
const maxIssues = 20;

/** Keys of an export, in snake_case as on disk. */
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

/** A prompt in an export. */
export interface CarriedPrompt extends WholePrompt {
  readonly path: string;
}

/** A whole registry. */
export interface RegistryDocument {
  readonly environments: readonly EnvironmentRecord[];
  readonly prompts: readonly CarriedPrompt[];
}

/** Parses an export. Throws ConfigError with every problem. */
export function parseRegistryDocument(text: string, file: string): RegistryDocument {
  const value = parseJson(text, file);
  const unusable = jsonProblem(value);
  const checked = schema.safeParse(value);
  const issues = [
    ...(unusable === undefined ? [] : [{ file, path: "", message: unusable }]),
    ...(checked.error?.issues ?? []).map((issue): ConfigIssue => {
      const isFormat = issue.path.length < 2 && issue.path[0] !== "prompts";
      const hint = isFormat ? { hint: "create it with: dao-opt registry export" } : {};
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
    const message = `it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigError([{ file, path: "", message }], { cause });
  }
}

/** Problems that make a document invalid for any registry. */
export function documentProblems(
  { prompts }: RegistryDocument,
  environments: readonly string[],
): readonly string[] {
  const problems = prompts.flatMap((prompt) => promptProblems(prompt, environments));
  return [
    ...twice(
      prompts.map(({ path }) => path),
      "there are two prompts at",
    ),
    ...twice(
      prompts.map(({ prompt }) => prompt.id),
      "there are two prompts with the id",
    ),
    ...problems,
  ];
}

function promptProblems(carried: CarriedPrompt, environments: readonly string[]): readonly string[] {
  const { path, versions, deployments } = carried;
  const problems: string[] = [];
  const attempt = (check: () => void) => {
    try {
      check();
    } catch (error) {
      if (!isDaoOptError(error)) throw error;
      problems.push(error.message);
    }
  };
  attempt(() => {
    if (checkedPath(path) !== path)
      problems.push(`${path}: the path is not in Unicode's composed form (NFC)`);
    checkPromptName(path, environments);
  });
  const live = versions.filter(({ record }) => record.deletedAt === undefined);
  if (versions.length === 0) problems.push(`${path}: it has no versions`);
  for (const [at, { record, details }] of versions.entries()) {
    if (record.version !== at + 1) {
      problems.push(`${path}: version ${at + 1} is missing or out of order`);
      break;
    }
    const { versionName, deletedAt } = record;
    if (deletedAt === undefined && details === undefined)
      problems.push(`${path}@${record.version}: it has no details`);
    if (details !== undefined && deletedAt === undefined && detailsDigest(details) !== record.digest)
      problems.push(`${path}@${record.version}: its details do not match its digest`);
    if (versionName !== undefined) attempt(() => checkVersionName(versionName, environments));
  }
  const names = live.map(({ record }) => record.versionName).filter((name) => name !== undefined);
  problems.push(
    ...twice(names, `${path}: two versions have the name`),
    ...twice(
      live.map(({ record }) => record.versionId),
      `${path}: two versions have the id`,
    ),
    ...twice(
      live.map(({ record }) => record.digest),
      `${path}: two versions have the same details, of digest`,
    ),
  );
  const numbers = new Set(versions.map(({ record }) => record.version));
  const unknown = deployments.find(({ to }) => to !== null && !numbers.has(to));
  if (unknown !== undefined)
    problems.push(`${path}: a deployment points to version ${unknown.to}, which it does not have`);
  return problems;
}

function twice(values: readonly string[], message: string): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set(values.filter((value) => seen.size === seen.add(value).size));
  return [...repeated].map((value) => `${message} ${value}`);
}
