import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";

/** What a trace keeps of its request where the provider answered under another model's name than was asked for. */
export function askedRequest(
  asked: string | undefined,
  answered: string | undefined,
): JsonObject | undefined {
  return asked === undefined || asked === "" || asked === answered ? undefined : { model: asked };
}

/** Is it a call of the model with this name, be it the one that was asked for or the one that answered? */
export function isOfModel(
  answered: JsonValue | undefined,
  request: JsonValue | undefined,
  wanted: string,
): boolean {
  const asked = isJsonObject(request) ? request["model"] : undefined;
  return [answered, asked].some((name) => typeof name === "string" && isNameOf(name, wanted));
}

/** Providers answer with the dated name of the model that was asked for: `gpt-4o` as `gpt-4o-2024-08-06`. */
function isNameOf(recorded: string, wanted: string): boolean {
  return (
    recorded === wanted ||
    (recorded.startsWith(wanted) && /^-\d{4}(-?\d{2}-?\d{2})?$/.test(recorded.slice(wanted.length)))
  );
}
