import { z } from "zod";
import type { Score } from "../../contracts/scorer.ts";
import type { ToolCall } from "../../core/prompt/message.ts";
import { defineScorer } from "../../plugins/define.ts";
import { type ExpectedToolCall, expectedToolCalls } from "../expected-answer.ts";
import { compareArguments } from "../json/same-value.ts";
import { listSome, quote, quoteList } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

/**
 * How well the answer's tool calls match the expected ones. Each expected call is paired with the best matching
 * call of the same name and counts its share of correct arguments; missing and extra calls count 0. Parts:
 * `names`, `arguments`.
 */
export const toolCall = defineScorer({
  name: "tool_call",
  summary: "the answer calls the expected tools with the expected arguments",
  options: z.strictObject({
    arguments: z
      .enum(["exact", "subset", "ignore"])
      .default("exact")
      .describe(
        "`exact`: all arguments and no others; `subset`: others are allowed; `ignore`: only names count.",
      ),
    extra_calls: z
      .enum(["wrong", "ignore"])
      .default("wrong")
      .describe("How to treat calls that were not expected."),
    ordered: z.boolean().default(false).describe("Calls must be in the expected order."),
    loose_types: z
      .boolean()
      .default(false)
      .describe('"5" counts as 5, "True" as true, null as a missing argument.'),
    ignore_case: z.boolean().default(false).describe("Ignore upper and lower case in values."),
  }),
  create(options) {
    const leniency = { looseTypes: options.loose_types, ignoreCase: options.ignore_case };
    const compare = (expected: ExpectedToolCall, got: ToolCall) =>
      compareArguments(options.arguments === "ignore" ? undefined : expected.arguments, got.arguments, {
        ...leniency,
        areExtrasWrong: options.arguments === "exact",
      });
    return ruleScorer(({ example, toolCalls }) => {
      const expected = expectedToolCalls(example);
      const pairs = options.ordered
        ? pairInOrder(expected, toolCalls)
        : pairBest(expected, toolCalls, compare);
      return rate(expected, toolCalls, pairs, compare, options.extra_calls === "wrong");
    });
  },
});

type Compare = (expected: ExpectedToolCall, got: ToolCall) => { share: number; problems: readonly string[] };
/** Index of the call paired with each expected one; undefined if there is none. */
type Pairs = readonly (number | undefined)[];

function pairInOrder(expected: readonly ExpectedToolCall[], calls: readonly ToolCall[]): Pairs {
  let next = 0;
  return expected.map(({ name }) => {
    const at = calls.findIndex((call, place) => place >= next && call.name === name);
    if (at === -1) return undefined;
    next = at + 1;
    return at;
  });
}

function pairBest(
  expected: readonly ExpectedToolCall[],
  calls: readonly ToolCall[],
  compare: Compare,
): Pairs {
  const offers = expected.flatMap((wanted, place) =>
    calls.flatMap((call, at) =>
      call.name === wanted.name ? [{ place, at, share: compare(wanted, call).share }] : [],
    ),
  );
  const pairs: (number | undefined)[] = expected.map(() => undefined);
  const taken = new Set<number>();
  for (const { place, at } of offers.sort((one, other) => other.share - one.share)) {
    if (pairs[place] !== undefined || taken.has(at)) continue;
    pairs[place] = at;
    taken.add(at);
  }
  return pairs;
}

function rate(
  expected: readonly ExpectedToolCall[],
  calls: readonly ToolCall[],
  pairs: Pairs,
  compare: Compare,
  areExtrasWrong: boolean,
): Score {
  const results = expected.map((wanted, place) => {
    const call = calls[pairs[place] ?? -1];
    if (call === undefined) return { isMade: false, share: 0, problems: [missing(wanted)] };
    const { share, problems } = compare(wanted, call);
    return { isMade: true, share, problems: problems.map((problem) => `${wanted.name}: ${problem}`) };
  });
  const extra = areExtrasWrong ? calls.filter((_call, at) => !pairs.includes(at)) : [];
  const count = expected.length + extra.length;
  const made = results.filter(({ isMade }) => isMade).length;
  const shares = results.reduce((sum, { share }) => sum + share, 0);
  const parts = { names: count === 0 ? 1 : made / count, arguments: count === 0 ? 1 : shares / count };
  const problems = [
    ...results.flatMap(({ problems }) => problems),
    ...extra.map((call) => `call not wanted: ${quote(call.name, 60)} with ${quote(call.arguments, 80)}`),
  ];
  if (problems.length === 0) return { value: 1, parts };
  const start =
    calls.length === 0 ? "no tool was called" : `called ${quoteList(calls.map(({ name }) => name))}`;
  return { value: parts.arguments, parts, feedback: `${start}; ${listSome(problems, "; ", 10)}` };
}

function missing({ name, arguments: wanted }: ExpectedToolCall): string {
  const details = wanted === undefined ? "" : ` with ${quote(JSON.stringify(wanted), 80)}`;
  return `missing call: ${quote(name, 60)}${details}`;
}
