import type { Environment } from "../contracts/registry.ts";
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
  const createdAt = clock.now();
  const added = newEnvironment(name, createdAt);
  // The default one exists as such only from the first write on.
  const dated = settings.environments.map((environment) => ({ createdAt, ...environment }));
  await desk.saveSettings({ environments: [...dated, added] });
  return { environment: { ...added, isDefault: false }, isNew: true };
}

export function environmentsOf(settings: RegistrySettings): readonly Environment[] {
  return settings.environments.map((environment, at) => ({ ...environment, isDefault: at === 0 }));
}
