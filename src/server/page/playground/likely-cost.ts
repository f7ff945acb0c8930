import { inputsText } from "../../../core/prompt/conversation.ts";
import { costUsd } from "../../../core/usage.ts";
import type { ServerServices } from "../../server-services.ts";
import { dollars } from "../shell/page-figures.ts";
import { columnPrice } from "./column-model.ts";
import { columnName, type PlaygroundSetup } from "./playground-setup.ts";
import { judgeCallsOf } from "./score-answer.ts";

const charactersPerToken = 4;
/** If nothing limits an answer. */
const usualAnswerTokens = 200;

export interface LikelyCost {
  readonly calls: number;
  /** `likely $0.004`, with what is unknown, and without the judge's price. */
  readonly words: string;
}

/** What calling every column on every row likely costs. */
export function likelyCost(
  setup: PlaygroundSetup,
  services: Pick<ServerServices, "models" | "env" | "scorers">,
): LikelyCost {
  const { columns, rows, count, inputs, scorer } = setup;
  const given = rows === undefined ? [inputs] : rows.rows.map((row) => row.inputs);
  const lengths = given.map((one) => inputsText(one).length);
  const answers = columns.length * Math.max(1, rows === undefined ? Math.min(count, 1) : given.length);
  const judged = answers * judgeCallsOf(scorer, services);
  const calls = answers + judged;
  const ofJudge = judged === 0 ? "" : `${judged} of them for the judge; `;
  let usd = 0;
  let free = 0;
  const unknown: string[] = [];
  for (const column of columns) {
    const price = columnPrice(column, services);
    if (price === "free") {
      free++;
      continue;
    }
    if (price === undefined) {
      unknown.push(columnName(column));
      continue;
    }
    const { template, model } = column.version;
    const fixed = typeof template === "string" ? template.length : JSON.stringify(template).length;
    const limit =
      typeof model["maxTokens"] === "number" && model["maxTokens"] > 0
        ? model["maxTokens"]
        : usualAnswerTokens;
    for (const length of lengths) {
      const inputTokens = Math.ceil((fixed + length) / charactersPerToken);
      usd += costUsd({ inputTokens, outputTokens: Math.min(limit, usualAnswerTokens) }, price) ?? 0;
    }
  }
  if (free === columns.length)
    return {
      calls,
      words: `${ofJudge}${judged === 0 ? "free" : "the answers are free"}, because offline models answer`,
    };
  const missing = unknown.length === 0 ? "" : `; the price of ${unknown.join(" and ")} is unknown`;
  const known =
    unknown.length === columns.length
      ? "cost unknown"
      : `likely ${dollars(usd)}${judged === 0 ? "" : " without the judge"}`;
  return {
    calls,
    words: `${ofJudge}${known}${unknown.length === columns.length ? ": no price is known" : missing}`,
  };
}
