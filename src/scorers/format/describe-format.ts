import type { ScorerSpec } from "../../contracts/scorer.ts";
import type { JsonValue } from "../../core/data/json.ts";
import type { FormatFailures, FormatFinding } from "./find-format-failures.ts";
import type { FormatFault } from "./format-fault.ts";

const words: Readonly<Record<FormatFault, string>> = {
  letter_case: "differ in letter case only",
  white_space: "differ in white space only",
  punctuation: "differ in punctuation only",
  code_fence: "hold the right answer in a code fence",
  layout: "hold the right JSON in another layout",
  value_types: "hold the right values as other JSON types",
  decoration: "hold the right label with quotes, other letter case or a caption",
  sentence: "hold the right answer inside a sentence",
  text_around_json: "hold the right JSON inside other text",
};
const mostLabels = 12;
/** Fewer rows are not worth a line. */
const fewestRows = 3;

/**
 * One line for each fault: "40 of 90 failed rows differ in letter case only: `scorers: [{ use: exact_match,
 * options: { ignore_case: true } }]`". Empty without faults.
 */
export function describeFormat({ failed, findings }: FormatFailures): readonly string[] {
  return findings
    .filter(({ rows }) => rows >= fewestRows)
    .map(
      (finding) =>
        `${finding.rows} of ${failed} failed rows ${describeFault(finding)}: ${describeChange(finding)}`,
    );
}

/** What the rows have in common: "hold the right label inside a sentence". */
function describeFault({ fault, scorers }: FormatFinding): string {
  const isLabel = fault === "sentence" && scorers?.some(({ use }) => use === "label");
  return isLabel ? "hold the right label inside a sentence" : words[fault];
}

/** The config line that accepts such answers, or what to ask for if no scorer does. */
function describeChange({ scorers }: Pick<FormatFinding, "scorers">): string {
  if (scorers === null) return "no scorer accepts this; ask for the bare answer in the prompt";
  const isLong = scorers.some(({ options }) => labelCount(options.labels) > mostLabels);
  return `\`scorers: [${scorers.map(renderSpec).join(", ")}]\`${isLong ? " with all labels" : ""}`;
}

function labelCount(labels: JsonValue | undefined): number {
  return Array.isArray(labels) ? labels.length : 0;
}

function renderSpec({ use, options, weight }: ScorerSpec): string {
  const parts = [
    `use: ${renderValue(use)}`,
    ...(Object.keys(options).length === 0 ? [] : [`options: ${renderValue(options)}`]),
    ...(weight === 1 ? [] : [`weight: ${weight}`]),
  ];
  return parts.length === 1 ? renderValue(use) : `{ ${parts.join(", ")} }`;
}

const plain = /^[A-Za-z][\w]*$/;
/** Read as other values by YAML readers. */
const special = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** A value in YAML's flow style, which is JSON with fewer quotes. */
function renderValue(value: JsonValue): string {
  if (typeof value === "string")
    return plain.test(value) && !special.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, mostLabels).map(renderValue);
    return `[${[...shown, ...(value.length > mostLabels ? ["…"] : [])].join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${renderValue(key)}: ${renderValue(item)}`],
  );
  return `{ ${entries.join(", ")} }`;
}
