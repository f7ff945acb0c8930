import type { TableLine } from "./read-table.ts";

export interface KindFigures {
  readonly kind: string;
  /** Number of secrets, and of those that were completely redacted. */
  readonly secrets: number;
  readonly hidden: number;
  /** Number of lines where too much was redacted. */
  readonly excess: number;
  readonly faults: readonly string[];
}

export const structuredKinds: readonly string[] = ["email", "phone", "card", "ssn", "ip", "url", "key"];

/** Scores a redaction on the table, by kind. `keep` are look-alikes, whose `hidden` counts unchanged ones. */
export function measure(
  table: readonly TableLine[],
  redact: (text: string) => string,
): readonly KindFigures[] {
  return [...new Set(table.map(({ kind }) => kind))].map((kind) => {
    const lines = table.filter((line) => line.kind === kind);
    const results = lines.map((line) => judge(line, redact(line.text)));
    return {
      kind,
      secrets: kind === "keep" ? lines.length : lines.flatMap(({ secrets }) => secrets).length,
      hidden: results.reduce((sum, { hidden }) => sum + hidden, 0),
      excess: results.filter(({ hasExcess }) => hasExcess).length,
      faults: results.flatMap(({ fault }) => fault ?? []),
    };
  });
}

function judge(line: TableLine, output: string) {
  if (line.kind === "keep") {
    const isSame = output === line.text;
    return {
      hidden: isSame ? 1 : 0,
      hasExcess: !isSame,
      fault: isSame ? undefined : `changed: ${line.text}  →  ${output}`,
    };
  }
  const left = wordCounts(output.replace(/\[[A-Z_]+\]/g, " "));
  const allowed = wordCounts(line.kept.join(" "));
  const isGone = (word: string) => (left.get(word) ?? 0) <= (allowed.get(word) ?? 0);
  const isLeft = (secret: string) =>
    output.includes(secret) && !line.kept.some((part) => part.includes(secret));
  const hidden = line.secrets.filter(
    (secret) => !isLeft(secret) && [...wordCounts(secret).keys()].every(isGone),
  ).length;
  const hasExcess = [...allowed].some(([word, count]) => (left.get(word) ?? 0) < count);
  const isFine = hidden === line.secrets.length && !hasExcess;
  return {
    hidden,
    hasExcess,
    fault: isFine ? undefined : `${hasExcess ? "too much" : "left"}: ${line.text}  →  ${output}`,
  };
}

/** At least two characters: a single letter or digit identifies no person. */
function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/[\p{L}\p{N}\p{M}]{2,}/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
