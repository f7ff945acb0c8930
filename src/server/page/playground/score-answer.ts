import type { ConfigScorer, Judgement, Score } from "../../../contracts/scorer.ts";
import { digestOf } from "../../../core/data/digest.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import type { ToolCall } from "../../../core/prompt/message.ts";
import { createCatalog } from "../../../plugins/catalog.ts";
import { createScorer } from "../../../scorers/create-scorer.ts";
import { builtinScorers } from "../../../scorers/index.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";

/** Rules that need no options and no judge. */
const rules = ["exact_match", "label", "contains", "numeric", "similarity", "json_fields"] as const;

const catalog = createCatalog({ scorer: builtinScorers, model: {}, optimizer: {} });

type Services = Pick<ServerServices, "scorers">;

/** Scorers to choose from: the value of the choice, and its words. Those of the config come first. */
export function scorerChoices({
  scorers = [],
}: Services): readonly (readonly [value: string, text: string])[] {
  return [
    ["", "None"],
    ...scorers.map(({ name, summary }) => [name, summary] as const),
    ...rules.map((name) => [name, name] as const),
  ];
}

/** Usual calls of a judge for one answer. */
export function judgeCallsOf(name: string, services: Services): number {
  return configScorer(name, services)?.judgeCalls ?? 0;
}

function configScorer(name: string, { scorers = [] }: Services): ConfigScorer | undefined {
  return scorers.find((one) => one.name === name);
}

interface AnswerScore {
  readonly score: number | undefined;
  readonly feedback: string | undefined;
  /** What a judge cost; null if its price is unknown. */
  readonly judgeUsd: number | null;
}

/** The score of an answer; its feedback is the reason why there is none. */
export async function scoreAnswer(
  name: string,
  row: PlaygroundRow,
  answer: { readonly output: string; readonly toolCalls: readonly ToolCall[]; readonly signal?: AbortSignal },
  services: Services,
): Promise<AnswerScore> {
  const own = configScorer(name, services);
  const isRule = (rules as readonly string[]).includes(name);
  if (own === undefined && !isRule) return unscored(`not scored: there is no scorer ${name.slice(0, 100)}`);
  if (isRule && (row.expected === undefined || row.expected === ""))
    return unscored("not scored: no expected answer");
  const judgement = { example: exampleOf(row), ...answer };
  try {
    const { score, usd } = own === undefined ? await ruleScore(name, judgement) : await own.score(judgement);
    return { score: score.value, feedback: score.feedback, judgeUsd: usd };
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return unscored(`not scored: ${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}`);
  }
}

async function ruleScore(name: string, judgement: Judgement): Promise<{ score: Score; usd: number }> {
  const scorer = await createScorer([{ use: name, options: {}, weight: 1 }], catalog, ".");
  return { score: await scorer.score(judgement), usd: 0 };
}

/** An answer that was stored is not judged again: each look at the page would cost. */
export async function scoreStored(
  name: string,
  row: PlaygroundRow,
  answer: { readonly output: string; readonly toolCalls: readonly ToolCall[] },
  services: Services,
): Promise<AnswerScore> {
  return judgeCallsOf(name, services) > 0
    ? unscored("not scored: a judge scores only new answers; run again")
    : scoreAnswer(name, row, answer, services);
}

function unscored(feedback: string): AnswerScore {
  return { score: undefined, feedback, judgeUsd: 0 };
}

function exampleOf({ inputs, expected, expectations = {} }: PlaygroundRow): Judgement["example"] {
  const facts = expectations["expected_facts"];
  const expectedFacts = Array.isArray(facts)
    ? facts.filter((one): one is string => typeof one === "string")
    : [];
  return {
    id: digestOf(inputs).slice(0, 16),
    inputs,
    ...(expected === undefined || expected === "" ? {} : { expected }),
    ...(expectedFacts.length === 0 ? {} : { expectedFacts }),
    expectations,
    tags: {},
    origin: { file: "playground" },
  };
}
