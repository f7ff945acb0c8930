import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { withCarried } from "../../../datasets/manage/export/carried-members.ts";
import type { Part } from "../../import-format.ts";
import { leftovers, objectMember, textMember } from "../../json-members.ts";

const maxCombinations = 1000;
const testMembers = new Set(["vars", "assert", "metadata"]);
/** `__expected` may start with an assertion type. A text without one is the expected answer. */
const assertionPrefix =
  /^(not-)?(i?equals|i?contains(-all|-any)?|starts-with|regex|is-json|contains-json|llm-rubric|grade|factuality|similar|javascript|fn|eval|python|file|model-graded-[\w-]+|answer-relevance|levenshtein|rouge-n|latency|cost|webhook|classifier|moderation)(\([\d.]+\))?(:|$)/;

/**
 * The rows of a test. Variables that are lists expand to all combinations of their values, as in promptfoo.
 */
export function* varsParts(test: JsonObject, shared: JsonObject): Generator<Part> {
  const { vars } = test;
  if (vars !== undefined && vars !== null && !isJsonObject(vars)) {
    yield { problem: `vars is ${JSON.stringify(vars)}, not an object: import the file it names too` };
    return;
  }
  const given = { ...shared, ...(isJsonObject(vars) ? vars : {}) };
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
  const asserts = Array.isArray(test["assert"]) ? test["assert"].filter(isJsonObject) : [];
  const expectations = expectationsOf(asserts);
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
}

/** A CSV row. Columns are variables, unless they start with two underscores. */
export function columnsTest(row: JsonObject): Part {
  const columns = Object.entries(row);
  const inputs = Object.fromEntries(columns.filter(([name]) => !name.startsWith("__")));
  if (Object.keys(inputs).length === 0) return { problem: "no column is a variable" };
  const special = Object.fromEntries(
    columns.filter(([name, value]) => name.startsWith("__") && value !== ""),
  );
  const asserts = Object.entries(special).flatMap(([name, value]) =>
    /^__expected\d*$/.test(name) && typeof value === "string" ? [assertionOf(value)] : [],
  );
  const tags = Object.entries(special).flatMap(([name, value]): [string, JsonValue][] =>
    name.startsWith("__metadata:") ? [[name.slice("__metadata:".length), value]] : [],
  );
  const expectations = expectationsOf(asserts);
  return {
    record: {
      inputs,
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
      ...(Object.keys(special).length === 0 ? {} : { other: { promptfoo: special } }),
    },
  };
}

function assertionOf(text: string): JsonObject {
  const prefix = assertionPrefix.exec(text)?.[0];
  if (prefix === undefined) return { type: "equals", value: text };
  return { type: prefix.replace(/(\([\d.]+\))?:?$/, ""), value: text.slice(prefix.length).trim() };
}

/** Expectations from assertions: the expected answer, facts, and guidelines. */
export function expectationsOf(asserts: readonly JsonObject[]): JsonObject {
  const ofType = (...types: readonly string[]) =>
    asserts.filter((one) => types.includes(textMember(one, "type") ?? "")).map((one) => one["value"] ?? null);
  const [answer] = ofType(
    "equals",
    "factuality",
    "similar",
    "levenshtein",
    "rouge-n",
    "model-graded-factuality",
  );
  const facts = ofType("contains", "icontains", "contains-all", "icontains-all").flatMap(textsOf);
  const guidelines = ofType("llm-rubric", "grade", "model-graded-closedqa").flatMap(textsOf);
  return {
    ...(answer === undefined || answer === null ? {} : { expected_response: answer }),
    ...(facts.length === 0 ? {} : { expected_facts: facts }),
    ...(guidelines.length === 0 ? {} : { guidelines }),
  };
}

function textsOf(value: JsonValue): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string");
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
