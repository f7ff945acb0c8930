import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";

/**
 * The part of the request that a trace stores if the provider answered under a different model name than
 * requested.
 */
export function askedRequest(
  asked: string | undefined,
  answered: string | undefined,
): JsonObject | undefined {
  return asked === undefined || asked === "" || asked === answered ? undefined : { model: asked };
}

/** True if the wanted model is the one that answered or the one that was requested. */
export function isOfModel(
  answered: JsonValue | undefined,
  request: JsonValue | undefined,
  wanted: string,
): boolean {
  const asked = isJsonObject(request) ? request["model"] : undefined;
  return [answered, asked].some((name) => typeof name === "string" && isNameOf(name, wanted));
}

/** Providers may answer with the dated name of a model: `gpt-4o` as `gpt-4o-2024-08-06`. */
function isNameOf(recorded: string, wanted: string): boolean {
  return (
    recorded === wanted ||
    (recorded.startsWith(wanted) && /^-\d{4}(-?\d{2}-?\d{2})?$/.test(recorded.slice(wanted.length)))
  );
}
