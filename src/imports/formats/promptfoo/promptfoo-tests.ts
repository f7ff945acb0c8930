import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import type { Part } from "../../import-format.ts";
import { leftovers, objectMember } from "../../json-members.ts";
import { assertionOf, assertsOf, readAssertions } from "./promptfoo-assertions.ts";

const maxCombinations = 1000;
const testMembers = new Set(["vars", "assert", "metadata"]);

/**
 * The rows of a test. Variables that are lists expand to all combinations of their values, as in promptfoo.
 * `templates` are the config's `assertionTemplates`.
 */
export function* varsParts(test: JsonObject, templates: JsonObject = {}): Generator<Part> {
  const { vars } = test;
  if (vars !== undefined && vars !== null && !isJsonObject(vars)) {
    yield { problem: `vars is ${JSON.stringify(vars)}, not an object: import the file it names too` };
    return;
  }
  const given = isJsonObject(vars ?? null) ? (vars as JsonObject) : {};
  if (Object.keys(given).length === 0) {
    yield { problem: "a test without vars" };
    return;
  }
  const files = Object.entries(given).filter(
    ([, value]) => typeof value === "string" && value.startsWith("file://"),
  );
  if (files.length > 0) {
    const named = files.map(([name, value]) => `${name} (${String(value)})`).join(", ");
    yield { problem: `skipped because these variables refer to files: ${named}` };
    return;
  }
  const isExpanded = objectMember(test, "options")?.["disableVarExpansion"] !== true;
  const combinations = isExpanded ? combinationsOf(given) : [given];
  if (combinations === undefined) {
    yield { problem: `more than ${maxCombinations} combinations of the lists in vars` };
    return;
  }
  const asserts = assertsOf(test["assert"], templates);
  const { expectations, leftOut } = readAssertions(asserts);
  const rest = leftovers("promptfoo", asserts.length === 0 ? test : { ...test, asserts }, testMembers);
  // `dataset export` writes the recorded answer to this key.
  const { source_output: output, ...tags } = objectMember(test, "metadata") ?? {};
  for (const inputs of combinations) {
    yield {
      record: withCarried({
        inputs,
        ...(output === undefined ? {} : { outputs: output }),
        ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
        ...(Object.keys(tags).length === 0 ? {} : { tags }),
        ...(rest === undefined ? {} : { other: rest }),
      }),
    };
  }
  yield* leftOut;
}

/** A CSV row. Columns are variables, unless they start with two underscores. */
export function* columnsParts(row: JsonObject): Generator<Part> {
  const columns = Object.entries(row);
  const inputs = Object.fromEntries(columns.filter(([name]) => !name.startsWith("__")));
  if (Object.keys(inputs).length === 0) {
    yield { problem: "no column is a variable" };
    return;
  }
  const special = Object.fromEntries(
    columns.filter(([name, value]) => name.startsWith("__") && value !== ""),
  );
  const asserts = Object.entries(special).flatMap(([name, value]) =>
    /^__expected\d*$/.test(name) && typeof value === "string" && value.trim() !== ""
      ? [assertionOf(value.trim())]
      : [],
  );
  const tags = Object.entries(special).flatMap(([name, value]): [string, JsonValue][] => {
    const key = /^__metadata:(.+)$/.exec(name)?.[1];
    if (key === undefined) return [];
    return key.endsWith("[]") && typeof value === "string"
      ? [[key.slice(0, -2), listOf(value)]]
      : [[key, value]];
  });
  const { expectations, leftOut } = readAssertions(asserts);
  const output = special["__providerOutput"];
  const rest = Object.entries(special).filter(
    ([name]) => name !== "__providerOutput" && !name.startsWith("__metadata:"),
  );
  yield {
    record: {
      inputs,
      ...(output === undefined ? {} : { outputs: output }),
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
      ...(rest.length === 0 ? {} : { other: { promptfoo: Object.fromEntries(rest) } }),
    },
  };
  yield* leftOut;
}

/** Values between commas; `\,` is a comma of a value. */
function listOf(text: string): readonly string[] {
  return text.split(/(?<!\\),/).map((one) => one.trim().replaceAll("\\,", ","));
}

function combinationsOf(vars: JsonObject): readonly JsonObject[] | undefined {
  let all: readonly JsonObject[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const values: readonly JsonValue[] = Array.isArray(value) && !value.every(isJsonObject) ? value : [value];
    all = all.flatMap((before) => values.map((one) => ({ ...before, [name]: one })));
    if (all.length > maxCombinations) return undefined;
  }
  return all;
}
