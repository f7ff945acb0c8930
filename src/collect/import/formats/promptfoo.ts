import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type Part } from "../each-value.ts";
import type { ImportFormat } from "../import-format.ts";
import { objectMember } from "../json-members.ts";
import { isResult, resultTrace } from "./promptfoo-results.ts";
import { columnsTest, expectationsOf, varsParts } from "./promptfoo-tests.ts";

/**
 * promptfoo's test files (a list of tests, a config with `tests`, CSV with `__expected`) and its results
 * (`--output results.json` or `.jsonl`).
 * https://www.promptfoo.dev/docs/configuration/test-cases
 */
export const promptfoo: ImportFormat = {
  name: "promptfoo",
  summary: "promptfoo tests (YAML, JSON Lines, CSV) and results (JSON, JSON Lines)",
  recognises: (value) => isJsonObject(value) && kindOf(value) !== undefined,
  read: eachValue("promptfoo", parts),
};

type Kind = "results" | "result" | "config" | "test" | "columns";

function kindOf(value: JsonObject): Kind | undefined {
  if (Array.isArray(objectMember(value, "results")?.["results"])) return "results";
  if (isResult(value)) return "result";
  if ("tests" in value && ("prompts" in value || "providers" in value || "targets" in value)) return "config";
  if (isJsonObject(value["vars"]) && !("inputs" in value)) return "test";
  return Object.keys(value).some((name) =>
    /^__(expected\d*|description|prefix|suffix|metric|threshold)$/.test(name),
  )
    ? "columns"
    : undefined;
}

function* parts(value: JsonValue): Generator<Part> {
  const kind = isJsonObject(value) ? kindOf(value) : undefined;
  if (!isJsonObject(value) || kind === undefined) {
    yield { problem: "neither a test (vars), a config (tests) nor a result" };
  } else if (kind === "results") {
    const list = objectMember(value, "results")?.["results"];
    for (const [position, one] of (Array.isArray(list) ? list : []).entries())
      yield { ...resultPart(one), at: ["results", "results", position] };
  } else if (kind === "result") yield resultPart(value);
  else if (kind === "config") yield* configParts(value);
  else if (kind === "columns") yield columnsTest(value);
  else yield* varsParts(value, {});
}

function resultPart(value: JsonValue): Part {
  if (isJsonObject(value) && isResult(value)) return { trace: resultTrace(value, expectationsOf) };
  return { problem: "a result without vars and prompt" };
}

function* configParts(config: JsonObject): Generator<Part> {
  const { tests } = config;
  const shared = objectMember(objectMember(config, "defaultTest") ?? {}, "vars") ?? {};
  const list: readonly JsonValue[] = Array.isArray(tests) ? tests : [tests ?? null];
  for (const [position, test] of list.entries()) {
    const at = Array.isArray(tests) ? ["tests", position] : ["tests"];
    const parts: Iterable<Part> = isJsonObject(test)
      ? varsParts(test, shared)
      : [{ problem: `the tests are elsewhere (${JSON.stringify(test)}): import that file too` }];
    for (const part of parts) yield { ...part, at };
  }
}
