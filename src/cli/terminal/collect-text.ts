import type { Look } from "../context.ts";
import type { CollectOutput } from "../output/collect-output.ts";
import { shellWord } from "./folder-flags.ts";
import { formatCount, formatSeconds, formatUsd } from "./format.ts";
import { renderTable } from "./table.ts";
import { wrapText } from "./wrap.ts";

const right = { align: "right" } as const;

/** `collect CONFIG` for a person: a table, then what to type next. */
export function renderCollection(
  output: CollectOutput,
  { file, usesCache, look }: { readonly file: string; readonly usesCache: boolean; readonly look: Look },
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
        formatCount(usage.input_tokens + usage.output_tokens),
        formatUsd(usage.usd),
        formatSeconds(output.seconds),
      ],
    ],
    look,
  );
  const rows = `${output.dataset} has ${formatCount(merged.rows)} rows; next:`;
  const unfinished = output.answered + output.failed < output.rows;
  const next = [
    ...(unfinished
      ? [`the same command again${usesCache ? "" : ", with --resume"}: what is answered costs nothing`]
      : []),
    `dao-opt dataset stats ${shellWord(output.dataset)}`,
    `dao-opt run ${shellWord(file)}`,
  ];
  return `${table}${wrapText(rows, look.columns)}\n${next.map((line) => `  ${line}\n`).join("")}`;
}
