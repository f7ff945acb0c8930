import type { ScorerPlugin } from "../contracts/plugin.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

/** The built-in scorers, loaded on first use. */
export const builtinScorers: BuiltinTable<ScorerPlugin> = {
  exact_match: {
    summary: "the answer equals the expected one",
    load: async () => (await import("./rules/exact-match.ts")).exactMatch,
  },
  contains: {
    summary: "the answer contains the expected answer, or texts you list",
    load: async () => (await import("./rules/contains.ts")).contains,
  },
  regex: {
    summary: "the answer matches a regular expression (RE2: never hangs)",
    load: async () => (await import("./rules/regex.ts")).regex,
  },
  numeric: {
    summary: "the number in the answer matches the expected one, within a tolerance",
    load: async () => (await import("./rules/numeric.ts")).numeric,
  },
  similarity: {
    summary: "share of words in common with the expected answer (token F1)",
    load: async () => (await import("./rules/similarity.ts")).similarity,
  },
  label: {
    summary: "the answer names the expected label of a set, and no other",
    load: async () => (await import("./rules/label.ts")).label,
  },
  facts: {
    summary: "share of the row's expected_facts that are in the answer",
    load: async () => (await import("./rules/facts.ts")).facts,
  },
  json_fields: {
    summary: "share of the expected JSON's fields that are right",
    load: async () => (await import("./rules/json-fields.ts")).jsonFields,
  },
  json_schema: {
    summary: "the answer is JSON that matches a JSON Schema",
    load: async () => (await import("./rules/json-schema.ts")).jsonSchema,
  },
  length: {
    summary: "the answer stays within limits of characters, words or tokens",
    load: async () => (await import("./rules/length.ts")).length,
  },
  tool_call: {
    summary: "the answer calls the expected tools with the expected arguments",
    load: async () => (await import("./rules/tool-call.ts")).toolCall,
  },
  equivalence: {
    summary: "a judge finds the answer equivalent to the expected one",
    load: async () => (await import("./judge/equivalence.ts")).equivalence,
  },
  correctness: {
    summary: "a judge finds the expected facts, or the expected answer, in the answer",
    load: async () => (await import("./judge/correctness.ts")).correctness,
  },
  guidelines: {
    summary: "a judge finds your guidelines followed",
    load: async () => (await import("./judge/guidelines.ts")).guidelines,
  },
  pairwise: {
    summary: "a judge compares the answer with the source model's, in both orders",
    load: async () => (await import("./judge/pairwise.ts")).pairwise,
  },
  judge_verdict: {
    summary: "the answer is a judge's reply, and its verdict is that of people (used by `judge align`)",
    load: async () => (await import("./judge/judge-verdict.ts")).judgeVerdict,
  },
};
