import type { Example } from "../../core/data/example.ts";
import { trimText } from "../request/trim-text.ts";

const mostAnswers = 12;
const longestAnswer = 60;

/** What can be said of the train rows without asking a model: fields, lengths, and the answers expected. */
export function dataSummary(rows: readonly Example[]): string {
  const fields = [...new Set(rows.flatMap(({ inputs }) => Object.keys(inputs)))];
  const lines = fields.map((field) => {
    const lengths = rows
      .flatMap(({ inputs }) => (inputs[field] === undefined ? [] : [JSON.stringify(inputs[field]).length]))
      .sort((one, other) => one - other);
    return `- input \`${field}\`: in ${lengths.length} rows, ${lengths[lengths.length >> 1]} characters in the middle, ${lengths.at(-1)} at most`;
  });
  return [`${rows.length} rows.`, ...lines, answersLine(rows)].join("\n");
}

function answersLine(rows: readonly Example[]): string {
  const counts = new Map<string, number>();
  for (const { expected } of rows)
    if (expected !== undefined) counts.set(expected, (counts.get(expected) ?? 0) + 1);
  const all = [...counts].sort((one, other) => other[1] - one[1]);
  if (all.length === 0) return "- no expected answers";
  if (all.length > mostAnswers) return `- expected answers: ${all.length} different ones`;
  const shown = all.map(([answer, count]) => `${JSON.stringify(trimText(answer, longestAnswer))} (${count})`);
  return `- expected answers: ${shown.join(", ")}`;
}
