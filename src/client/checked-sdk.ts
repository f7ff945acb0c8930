import { readFileSync } from "node:fs";
import * as sdk from "openai";
import { UsageError } from "../core/errors.ts";

/** The major version whose internals this client depends on. */
const supportedMajor = 6;

/** Exported name → prototype members that this client overrides or calls. */
const needed: Readonly<Record<string, readonly string[]>> = {
  OpenAI: ["post", "withOptions", "prepareRequest"],
  AzureOpenAI: ["post", "withOptions", "prepareRequest"],
  APIPromise: ["_thenUnwrap", "asResponse", "withResponse"],
};

/** Throws UsageError that names everything missing from the `openai` package. */
export function checkSdk(sdk: Readonly<Record<string, unknown>>, version: string | undefined): void {
  const missing = Object.entries(needed).flatMap(([name, members]) => {
    const found = sdk[name];
    if (typeof found !== "function") return [name];
    return members
      .filter((member) => typeof found.prototype?.[member] !== "function")
      .map((member) => `${name}.prototype.${member}`);
  });
  const isOther = version !== undefined && Number.parseInt(version, 10) !== supportedMajor;
  if (missing.length === 0 && !isOther) return;
  const what = version === undefined ? "an openai package" : `openai ${version}`;
  const lacks = missing.length === 0 ? "" : `, without ${missing.join(", ")}`;
  throw new UsageError(`dao-opt/openai needs openai ${supportedMajor}, found ${what}${lacks}`, {
    hint: `npm install openai@${supportedMajor}`,
  });
}

/**
 * Read from its package.json, which is not exported; undefined if the package is bundled into the application.
 */
export function sdkVersion(entry: string): string | undefined {
  try {
    const root = entry.slice(0, entry.lastIndexOf("/openai/") + "/openai/".length);
    const { name, version } = JSON.parse(readFileSync(new URL(`${root}package.json`), "utf8")) as {
      readonly name?: unknown;
      readonly version?: unknown;
    };
    return name === "openai" && typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

checkSdk(sdk, sdkVersion(resolved()));

function resolved(): string {
  try {
    return import.meta.resolve("openai");
  } catch {
    return "";
  }
}

/** The `openai` package, after the check. */
export { sdk };
