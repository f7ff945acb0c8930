import { detailsToJson } from "../../formats/prompt-file/prompt-details.ts";
import { settledRead } from "../lookup/settled-read.ts";
import { deploymentKeys } from "../records/deployment-lines.ts";
import { promptKeys } from "../records/prompt-yaml.ts";
import { environmentKeys } from "../records/registry-yaml.ts";
import { versionKeys } from "../records/version-yaml.ts";
import type { PromptEntry, RegistryStorage } from "../registry-storage.ts";
import { documentFormat } from "./registry-document.ts";

/**
 * The whole registry as pieces of one JSON document: environments, prompts with their ids, every version with its
 * details, tombstones, every deployment. The same registry gives the same text, one prompt a line. Rejects
 * with RegistryError when a version was edited: what is carried away is what was filed.
 */
export async function* exportRegistry(storage: RegistryStorage): AsyncGenerator<string> {
  const { environments } = await storage.settings();
  const named = environments.map(environmentKeys);
  yield `{"dao_opt_registry":${documentFormat},\n"environments":${JSON.stringify(named)},\n"prompts":[`;
  let isFirst = true;
  for await (const entry of storage.prompts()) {
    const prompt = await settledRead(() => promptJson(storage, entry));
    if (prompt === undefined) continue;
    yield `${isFirst ? "\n" : ",\n"}${JSON.stringify(prompt)}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

async function promptJson(
  storage: RegistryStorage,
  { path, numbers }: PromptEntry,
): Promise<object | undefined> {
  const prompt = await storage.prompt(path);
  if (prompt === undefined) return undefined;
  const versions: object[] = [];
  for (const number of numbers) {
    const record = await storage.version(path, number);
    const isDeleted = record.deletedAt !== undefined;
    const details = isDeleted ? {} : { prompt: detailsToJson(await storage.details(path, record)) };
    versions.push({ ...versionKeys(record), ...details });
  }
  const deployments = (await storage.deployments(path)).map(deploymentKeys);
  return { path, ...promptKeys(prompt), versions, deployments };
}
