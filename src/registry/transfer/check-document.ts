import { isDaoOptError } from "../../core/errors.ts";
import { detailsDigest } from "../../formats/prompt-file/normal-form.ts";
import { checkPromptName, checkVersionName } from "../changes/reserved-names.ts";
import { checkedPath } from "../prompt-path.ts";
import type { CarriedPrompt, RegistryDocument } from "./registry-document.ts";

/** Everything in a document that no registry could hold, whatever is in that registry. */
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
      problems.push(`${path}@${record.version}: its details do not have its digest`);
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
