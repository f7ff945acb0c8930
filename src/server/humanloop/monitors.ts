import type { JsonObject } from "../../core/data/json.ts";
import { evaluatorJson } from "./evaluator-response.ts";

const prefix = "monitored-by/";

/** Evaluators that somebody wants on a prompt's logs: kept with its tags, as nothing here runs them. */
export function monitorsOf(tags: Readonly<Record<string, string>>, at: string): readonly JsonObject[] {
  return Object.entries(tags)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, environment]) => {
      const evaluator = evaluatorJson(name.slice(prefix.length), at);
      const named = { id: environment, name: environment, created_at: at, tag: "other" };
      return {
        version_reference:
          environment === ""
            ? { type: "version", version: evaluator }
            : { type: "environment", file: evaluator, environment: named },
        state: "active",
        created_at: at,
        updated_at: at,
      };
    });
}

export function withoutMonitors(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith(prefix)));
}

export interface Monitor {
  readonly evaluator: string;
  readonly environment?: string | null | undefined;
}

/** The tags with these evaluators wanted, and those no longer. */
export function withMonitors(
  tags: Readonly<Record<string, string>>,
  activated: readonly Monitor[],
  deactivated: readonly Monitor[],
): Readonly<Record<string, string>> {
  const left = { ...tags };
  for (const { evaluator } of deactivated) delete left[`${prefix}${evaluator}`];
  for (const { evaluator, environment } of activated) left[`${prefix}${evaluator}`] = environment ?? "";
  return left;
}
