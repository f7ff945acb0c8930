import type { Environment } from "../../contracts/registry.ts";
import { ConflictError } from "../../core/errors.ts";
import { foldedName, nameOf } from "../prompt-path.ts";
import { newEnvironment } from "../records/registry-yaml.ts";
import type { RegistryClock } from "../registry-clock.ts";
import type { RegistrySettings, RegistryStorage, RegistryWriter } from "../registry-storage.ts";
import { checkEnvironmentName } from "./reserved-names.ts";

/** Adds an environment at the end of the list; one that is there already is left as it is. */
export async function addEnvironment(
  storage: RegistryStorage,
  writer: RegistryWriter,
  name: string,
  clock: RegistryClock,
): Promise<{ readonly environment: Environment; readonly isNew: boolean }> {
  const settings = await storage.settings();
  checkEnvironmentName(
    name,
    settings.environments.map((environment) => environment.name),
  );
  const known = environmentsOf(settings).find((environment) => environment.name === name);
  if (known !== undefined) return { environment: known, isNew: false };
  await refuseTakenName(storage, name);
  const createdAt = clock.now();
  const added = newEnvironment(name, createdAt);
  // The default one exists as such only from the first write on.
  const dated = settings.environments.map((environment) => ({ createdAt, ...environment }));
  await writer.saveSettings({ environments: [...dated, added] });
  return { environment: { ...added, isDefault: false }, isNew: true };
}

/** A prompt or version of that name could not be told from the environment any more. */
async function refuseTakenName(storage: RegistryStorage, name: string): Promise<void> {
  for await (const { path, numbers } of storage.prompts()) {
    const isPrompt = foldedName(nameOf(path)) === foldedName(name);
    const version = isPrompt ? undefined : await versionNamed(storage, path, numbers, name);
    if (!isPrompt && version === undefined) continue;
    const owner = isPrompt ? `the prompt ${path}` : `version ${version} of ${path}`;
    throw new ConflictError(`"${name}" is the name of ${owner}`, {
      hint: "choose another name for the environment",
    });
  }
}

async function versionNamed(
  storage: RegistryStorage,
  path: string,
  numbers: readonly number[],
  name: string,
): Promise<number | undefined> {
  for (const number of numbers) {
    const { versionName, deletedAt } = await storage.version(path, number);
    if (deletedAt === undefined && versionName !== undefined && foldedName(versionName) === foldedName(name))
      return number;
  }
  return undefined;
}

export function environmentsOf(settings: RegistrySettings): readonly Environment[] {
  return settings.environments.map((environment, at) => ({ ...environment, isDefault: at === 0 }));
}
