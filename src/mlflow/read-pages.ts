import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import { MlflowError } from "./mlflow-error.ts";

/** Answers of `read`, from the first page to the last. MlflowError for a server that gives one page twice. */
export async function* readPages(
  read: (pageToken: string | undefined) => Promise<JsonObject>,
): AsyncGenerator<JsonObject> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await read(token);
    yield page;
    const next = page["next_page_token"];
    token = typeof next === "string" && next !== "" ? next : undefined;
    if (token !== undefined && seen.has(token)) {
      throw new MlflowError("MLflow's server names one page as the next a second time", {
        kind: "unreadable",
        hint: "update the server",
      });
    }
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

export function memberText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A list of `{key, value}` texts, as runs, prompts and experiments have their tags. */
export function tagsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    objectsOf(value).map((tag) => [String(tag["key"]), String(tag["value"] ?? "")] as const),
  );
}

export function tagList(tags: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
