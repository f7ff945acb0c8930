import type { Environment } from "../contracts/registry.ts";
import { ConflictError } from "../core/errors.ts";
import { foldedName, nameOf } from "./prompt-path.ts";
import { newEnvironment } from "./records/registry-yaml.ts";
import type { RegistryClock } from "./registry-clock.ts";
import { checkEnvironmentName } from "./reserved-names.ts";
import type { Desk, RegistrySettings, Shelf } from "./shelf.ts";

/** Adds an environment at the end of the list; one that is there already is left as it is. */
export async function addEnvironment(
  shelf: Shelf,
  desk: Desk,
  name: string,
  clock: RegistryClock,
): Promise<{ readonly environment: Environment; readonly isNew: boolean }> {
  const settings = await shelf.settings();
  checkEnvironmentName(
    name,
    settings.environments.map((environment) => environment.name),
  );
  const known = environmentsOf(settings).find((environment) => environment.name === name);
  if (known !== undefined) return { environment: known, isNew: false };
  await refuseTakenName(shelf, name);
  const createdAt = clock.now();
  const added = newEnvironment(name, createdAt);
  // The default one exists as such only from the first write on.
  const dated = settings.environments.map((environment) => ({ createdAt, ...environment }));
  await desk.saveSettings({ environments: [...dated, added] });
  return { environment: { ...added, isDefault: false }, isNew: true };
}

/** A prompt or version of that name could not be told from the environment any more. */
async function refuseTakenName(shelf: Shelf, name: string): Promise<void> {
  for await (const { path, numbers } of shelf.prompts()) {
    const isPrompt = foldedName(nameOf(path)) === foldedName(name);
    const version = isPrompt ? undefined : await versionNamed(shelf, path, numbers, name);
    if (!isPrompt && version === undefined) continue;
    const owner = isPrompt ? `the prompt ${path}` : `version ${version} of ${path}`;
    throw new ConflictError(`"${name}" is the name of ${owner}`, {
      hint: "choose another name for the environment",
    });
  }
}

async function versionNamed(
  shelf: Shelf,
  path: string,
  numbers: readonly number[],
  name: string,
): Promise<number | undefined> {
  for (const number of numbers) {
    const { versionName, deletedAt } = await shelf.version(path, number);
    if (deletedAt === undefined && versionName !== undefined && foldedName(versionName) === foldedName(name))
      return number;
  }
  return undefined;
}

export function environmentsOf(settings: RegistrySettings): readonly Environment[] {
  return settings.environments.map((environment, at) => ({ ...environment, isDefault: at === 0 }));
}
