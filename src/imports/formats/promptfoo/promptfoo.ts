import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { objectsOf } from "../../bodies/native-parts.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { objectMember } from "../../json-members.ts";
import { inheriting } from "./promptfoo-assertions.ts";
import { isPromptfooResult, isPromptfooTable, promptfooResult, tableParts } from "./promptfoo-results.ts";
import { columnsParts, varsParts } from "./promptfoo-tests.ts";

/**
 * promptfoo's test files (a list of tests, a config with `tests` or `scenarios`, CSV with `__expected`) and results
 * (`--output results.json`, `.jsonl` or `.csv`).
 * https://www.promptfoo.dev/docs/configuration/test-cases
 */
export const promptfoo: ImportFormat = {
  name: "promptfoo",
  summary: "promptfoo tests (YAML, JSON Lines, CSV) and results (JSON, JSON Lines, CSV)",
  recognizes: (value) => isJsonObject(value) && kindOf(value) !== undefined,
  read: eachValue("promptfoo", parts),
};

type Kind = "results" | "result" | "config" | "test" | "columns" | "table";

function kindOf(value: JsonObject): Kind | undefined {
  if (resultsIn(value) !== undefined) return "results";
  if (isPromptfooResult(value)) return "result";
  const isConfig = ["prompts", "providers", "targets"].some((name) => name in value);
  if (isConfig && ("tests" in value || Array.isArray(value["scenarios"]))) return "config";
  if (isJsonObject(value["vars"]) && !("inputs" in value)) return "test";
  if (isPromptfooTable(value)) return "table";
  return Object.keys(value).some((name) =>
    /^__(expected\d*|description|prefix|suffix|metric|threshold|providerOutput|metadata:.+|config:.+)$/.test(
      name,
    ),
  )
    ? "columns"
    : undefined;
}

/** The list of results and its path: `{results: {results}}`, and `{results}` of early versions. */
function resultsIn(
  value: JsonObject,
): { readonly list: readonly JsonValue[]; readonly at: readonly string[] } | undefined {
  const inner = objectMember(value, "results")?.["results"];
  if (Array.isArray(inner)) return { list: inner, at: ["results", "results"] };
  const { results } = value;
  const isEarly =
    Array.isArray(results) && results.some((one: JsonValue) => isJsonObject(one) && isPromptfooResult(one));
  return isEarly ? { list: results, at: ["results"] } : undefined;
}

function* parts(value: JsonValue): Generator<Part> {
  const kind = isJsonObject(value) ? kindOf(value) : undefined;
  if (!isJsonObject(value) || kind === undefined) {
    yield { problem: "neither a test (vars), a config (tests) nor a result" };
  } else if (kind === "results") {
    const { list, at } = resultsIn(value) ?? { list: [], at: [] };
    for (const [position, one] of list.entries()) yield { ...promptfooResult(one), at: [...at, position] };
  } else if (kind === "result") yield promptfooResult(value);
  else if (kind === "config") yield* configParts(value);
  else if (kind === "columns") yield* columnsParts(value);
  else if (kind === "table") yield* tableParts(value);
  else yield* varsParts(value);
}

function* configParts(config: JsonObject): Generator<Part> {
  const { tests, defaultTest } = config;
  const templates = objectMember(config, "assertionTemplates") ?? {};
  if (typeof defaultTest === "string")
    yield {
      problem: `defaultTest is in another file (${defaultTest}): its variables and assertions are missing`,
    };
  const shared = isJsonObject(defaultTest ?? null) ? (defaultTest as JsonObject) : {};
  const list: readonly JsonValue[] = Array.isArray(tests) ? tests : tests === undefined ? [] : [tests];
  for (const [position, test] of list.entries()) {
    const at = Array.isArray(tests) ? ["tests", position] : ["tests"];
    yield* withPath(
      at,
      isJsonObject(test) ? varsParts(inheriting(shared, test), templates) : [elsewhere("tests", test)],
    );
  }
  const scenarios = Array.isArray(config["scenarios"]) ? config["scenarios"] : [];
  for (const [position, scenario] of scenarios.entries())
    yield* withPath(["scenarios", position], scenarioParts(scenario, shared, templates));
}

/** All combinations of a scenario's data (`config`) with its tests. */
function* scenarioParts(scenario: JsonValue, shared: JsonObject, templates: JsonObject): Generator<Part> {
  if (!isJsonObject(scenario)) {
    yield elsewhere("scenarios", scenario);
    return;
  }
  const { config, tests } = scenario;
  if (!Array.isArray(config)) {
    yield elsewhere("data of a scenario", config ?? null);
    return;
  }
  if (tests !== undefined && !Array.isArray(tests)) yield elsewhere("tests of a scenario", tests);
  const own = Array.isArray(tests) && tests.length > 0 ? objectsOf(tests) : [{}];
  for (const data of objectsOf(config))
    for (const test of own) yield* varsParts(inheriting(inheriting(shared, data), test), templates);
}

function elsewhere(what: string, value: JsonValue): Part {
  return { problem: `the ${what} are in another file (${JSON.stringify(value)}): import that file too` };
}

function* withPath(at: readonly (string | number)[], parts: Iterable<Part>): Generator<Part> {
  for (const part of parts) yield { ...part, at };
}
