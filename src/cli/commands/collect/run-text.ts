import { countSkipped, describeSkipped } from "../../../collect/skipped-answers.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import type { Look } from "../../context.ts";
import { formatCount, formatSeconds, formatUsd, marked } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { CollectOutput } from "./run-output.ts";

const right = { align: "right" } as const;

interface Surroundings {
  readonly file: string;
  readonly usesCache: boolean;
  /** Why the last of the rows failed that did. */
  readonly failure: string | undefined;
  readonly look: Look;
  /** ` --state DIR`, or nothing, as the next commands need it. */
  readonly stateFlag: string;
}

/** `collect CONFIG` for a person: a table, what failed, then what to type next. */
export function renderCollection(
  output: CollectOutput,
  { file, usesCache, failure, look, stateFlag }: Surroundings,
): string {
  const { merged, usage } = output;
  const table = renderTable(
    [
      { title: "Dataset" },
      { title: "Model" },
      { title: "Rows", ...right },
      { title: "Answered", ...right },
      { title: "Failed", ...right },
      { title: "New", ...right },
      { title: "Updated", ...right },
      { title: "Calls", ...right },
      { title: "Cached", ...right },
      { title: "Tokens", ...right },
      { title: "Cost", ...right },
      { title: "Time", ...right },
    ],
    [
      [
        output.dataset,
        output.model,
        formatCount(output.rows),
        formatCount(output.answered),
        formatCount(output.failed),
        formatCount(merged.added),
        formatCount(merged.updated),
        formatCount(usage.calls),
        formatCount(usage.cached_calls + output.resumed),
        marked(formatCount(usage.input_tokens + usage.output_tokens), usage.estimated),
        marked(formatUsd(usage.usd), usage.estimated),
        formatSeconds(output.seconds),
      ],
    ],
    look,
  );
  const unfinished = output.answered + countSkipped(output.skipped) < output.rows;
  const again = `the same command again${usesCache ? "" : ", with --resume"}: what is answered costs nothing`;
  const next = [
    ...(unfinished || output.failed > 0 ? [again] : []),
    ...(output.failed > 0 ? [`dao-opt traces list --error${stateFlag}`] : []),
    ...(merged.rows > 0
      ? [
          `dao-opt dataset stats ${shellWord(output.dataset)}${stateFlag}`,
          `dao-opt run ${shellWord(file)}${stateFlag}`,
        ]
      : []),
  ];
  const failed = failure === undefined ? [] : [`${rowCount(output.failed)} failed, the last one: ${failure}`];
  const there =
    merged.rows > 0
      ? `${output.dataset} has ${rowCount(merged.rows)}`
      : `nothing is answered, and there is no dataset ${output.dataset} yet`;
  const others = { ...output.skipped, failed: 0 };
  const skipped =
    countSkipped(others) === 0
      ? []
      : [`${rowCount(countSkipped(others))} made no row of the dataset: ${describeSkipped(others)}`];
  const told = [...failed, ...skipped, `${there}; next:`].map((line) => `${wrapText(line, look.columns)}\n`);
  return `${table}${told.join("")}${next.map((line) => `  ${line}\n`).join("")}`;
}

function rowCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;
}
