import type { JsonObject } from "../core/data/json.ts";
import { nativeProvider } from "../core/provider/known-providers.ts";
import { Secret } from "../core/text/secret.ts";
import type { EnvironmentVariables } from "./values/environment.ts";

/** Settings of a native provider's package that come from the environment, by the package's own names. */
interface NativeSettings {
  readonly options: JsonObject;
  /** AWS keys. Absent if there are none. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

/** Reads region, project and AWS keys. Empty for every other provider. */
export function nativeSettings(provider: string, env: EnvironmentVariables): NativeSettings {
  const { settings = {}, secretSettings = {} } = nativeProvider(provider) ?? {};
  const secrets = Object.entries(given(secretSettings, env)).map(
    ([name, value]) => [name, new Secret(value)] as const,
  );
  return {
    options: given(settings, env),
    ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets) }),
  };
}

function given(
  variables: Readonly<Record<string, readonly string[]>>,
  env: EnvironmentVariables,
): Readonly<Record<string, string>> {
  const found = Object.entries(variables).flatMap(([name, all]) => {
    const value = all.map((variable) => env[variable]).find((one) => one !== undefined && one !== "");
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
