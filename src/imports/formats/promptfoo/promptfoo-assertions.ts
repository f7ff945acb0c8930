import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { objectsOf } from "../../bodies/native-parts.ts";
import type { Part } from "../../import-format.ts";
import { objectMember, textMember } from "../../json-members.ts";

/** `__expected` may start with an assertion type. A text without one is the expected answer. */
const assertionPrefix =
  /^(not-)?(i?equals|i?contains(-all|-any)?|starts-with|(contains|is)-(json|sql|xml|html)|is-refusal|is-valid-[\w-]+|regex|llm-rubric|grade|factuality|similar(:\w+)?|javascript|fn|eval|python|ruby|file|model-graded-[\w-]+|g-eval|select-best|max-score|answer-relevance|context-[\w-]+|conversation-relevance|levenshtein|rouge-n|bleu|gleu|meteor|perplexity(-score)?|latency|cost|webhook|classifier|moderation|pi|guardrails|trace-[\w-]+|tool-call-f1|finish-reason|word-count|search-rubric)(\([\d.]+\))?(:|$)/;

const answerTypes = new Set(
  "equals iequals factuality similar levenshtein rouge-n bleu gleu meteor model-graded-factuality".split(" "),
);
const factTypes = new Set(["contains", "icontains", "contains-all", "icontains-all"]);
const guidelineTypes = new Set(["llm-rubric", "grade", "model-graded-closedqa", "g-eval", "search-rubric"]);

export interface ReadAssertions {
  readonly expectations: JsonObject;
  /** Assertions that no scorer reads. */
  readonly leftOut: readonly Part[];
}

/** The cell of a column `__expected` as an assertion. */
export function assertionOf(text: string): JsonObject {
  const prefix = assertionPrefix.exec(text)?.[0];
  if (prefix === undefined) return { type: "equals", value: text };
  const type = prefix.replace(/(\([\d.]+\))?:?$/, "").replace(/^similar:\w+$/, "similar");
  const value = text.slice(prefix.length).trim();
  return { type, value: /-(all|any)$/.test(type) ? listed(value) : value };
}

/** `a, "b, c"` as a list. */
function listed(text: string): readonly string[] {
  return Array.from(text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g))
    .map(([, quoted, plain = ""]) => (quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"')))
    .filter((one) => one !== "");
}

/** The assertions of a test, with sets and references to the config's templates resolved. */
export function assertsOf(value: JsonValue | undefined, templates: JsonObject = {}): readonly JsonObject[] {
  return objectsOf(value).flatMap((one): readonly JsonObject[] => {
    const named = /^#\/assertionTemplates\/(.+)$/.exec(textMember(one, "$ref") ?? "")?.[1];
    if (named !== undefined && Object.hasOwn(templates, named))
      return assertsOf([{ ...objectMember(templates, named), ...withoutRef(one) }]);
    return one["type"] === "assert-set" ? assertsOf(one["assert"], templates) : [one];
  });
}

function withoutRef({ $ref: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Expectations from assertions: the expected answer, facts, guidelines, and calls of tools. */
export function readAssertions(asserts: readonly JsonObject[]): ReadAssertions {
  let answer: JsonValue | undefined;
  const facts: string[] = [];
  const guidelines: string[] = [];
  const tools: string[] = [];
  const leftOut: Part[] = [];
  for (const one of asserts) {
    const type = textMember(one, "type") ?? "unnamed";
    const value = one["value"] ?? null;
    const leave = (reason: string): void =>
      void leftOut.push({ leftOut: `assertions of type ${type}`, reason });
    const texts = textsOf(value);
    if (texts.some((text) => text.startsWith("file://"))) leave("their value is in another file");
    else if (answerTypes.has(type) && value !== null) {
      if (answer === undefined) answer = value;
      else leave("a row has one expected answer");
    } else if (factTypes.has(type) && texts.length > 0) facts.push(...texts);
    else if (guidelineTypes.has(type) && texts.length > 0) guidelines.push(...texts);
    else if (type === "tool-call-f1" && texts.length > 0)
      tools.push(...texts.flatMap((text) => text.split(/,\s*/)));
    else leave("no expectation expresses them; they are kept with the row");
  }
  return {
    expectations: {
      ...(answer === undefined ? {} : { expected_response: answer }),
      ...(facts.length === 0 ? {} : { expected_facts: facts }),
      ...(guidelines.length === 0 ? {} : { guidelines }),
      ...(tools.length === 0 ? {} : { expected_tool_calls: tools }),
    },
    leftOut,
  };
}

function textsOf(value: JsonValue): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string" && one !== "") as readonly string[];
}

/** A test with what a default test or a scenario gives to it: variables, metadata and assertions. */
export function inheriting(shared: JsonObject, test: JsonObject): JsonObject {
  const merged = Object.fromEntries(
    ["vars", "metadata"].flatMap((name): [string, JsonObject][] => {
      const [base, own] = [objectMember(shared, name), test[name]];
      // Variables in another file are reported, so they are not replaced.
      if (base === undefined || (own !== undefined && own !== null && !isJsonObject(own))) return [];
      return [[name, { ...base, ...(isJsonObject(own ?? null) ? (own as JsonObject) : {}) }]];
    }),
  );
  const asserts = [...objectsOf(shared["assert"]), ...objectsOf(test["assert"])];
  return { ...test, ...merged, ...(asserts.length === 0 ? {} : { assert: asserts }) };
}
