import { countSkipped, describeSkipped } from "../../../collect/skipped-answers.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { describeLeftOut } from "../../../traces/otlp/left-out.ts";
import type { Look } from "../../context.ts";
import { columnsNote } from "../../output/chosen-columns.ts";
import { formatCount, formatSeconds, formatUsd, marked } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { CollectImportOutput, CollectOutput } from "./output.ts";

const shownProblems = 20;

/** Renders the result of an import. */
export function renderImport(output: CollectImportOutput): string {
  const { files, traces, feedback, dataset, unrendered, inferred, problems } = output;
  const lines = files.map(
    ({ name, format, ...counts }) =>
      `${name}: ${format}, ${[
        ...(counts.traces > 0 ? [counted(counts.traces, "trace")] : []),
        ...(counts.rows > 0 ? [counted(counts.rows, "row")] : []),
        ...(counts.traces + counts.rows === 0 ? [format === "libretto" ? "feedback alone" : "nothing"] : []),
        ...(counts.problems > 0 ? [`${counted(counts.problems, "problem")}`] : []),
      ].join(", ")}`,
  );
  for (const { name, notes, columns } of files) {
    lines.push(...notes.map((note) => `note: ${name}: ${note}`));
    const chosen = columnsNote(name, columns);
    if (chosen !== undefined) lines.push(`note: ${chosen}`);
  }
  for (const one of output.left_out)
    lines.push(`  ${files.length > 1 ? `${one.file}: ` : ""}left out: ${describeLeftOut(one)}`);
  for (const { name } of files.filter(({ format }) => format === "humanloop"))
    lines.push(`  its prompts, versions and deployments: dao-opt registry import ${shellWord(name)}`);
  if (traces.read > 0) {
    const known = traces.known > 0 ? `, ${formatCount(traces.known)} known` : "";
    const amended =
      traces.amended > 0 ? `, ${formatCount(traces.amended)} known ones completed with variables` : "";
    lines.push(`traces: ${formatCount(traces.added)} added${known}${amended}`);
  }
  if (feedback > 0) lines.push(`feedback: ${formatCount(feedback)} added to known traces`);
  if (traces.lost > 0) lines.push(`warning: ${counted(traces.lost, "trace")} could not be stored`);
  if (unrendered !== null) lines.push(...unrenderedLines(unrendered));
  if (dataset !== null) lines.push(...datasetLines(dataset, output));
  if (inferred !== null) lines.push(...inferredLines(inferred));
  const shown = problems.shown.slice(0, shownProblems);
  lines.push(
    ...shown.map(({ file, line, message }) => `  ${file}${line === null ? "" : `:${line}`}  ${message}`),
  );
  if (problems.count > shown.length)
    lines.push(
      `  and ${formatCount(problems.count - shown.length)} more problems; by reason:`,
      ...problems.reasons.map(({ reason, count }) => `    ${formatCount(count)} × ${reason}`),
    );
  return `${lines.join("\n")}\n`;
}

function unrenderedLines(unrendered: NonNullable<CollectImportOutput["unrendered"]>): readonly string[] {
  const { exact, ambiguous, unmatched, kept, no_messages: without, prompts, unusable } = unrendered;
  const others = [
    `${formatCount(ambiguous)} ambiguous`,
    `${formatCount(unmatched)} match no known template`,
    ...(kept > 0 ? [`${formatCount(kept)} with variables of their own`] : []),
    ...(without > 0 ? [`${formatCount(without)} without messages`] : []),
  ];
  return [
    `variables: ${formatCount(exact)} recovered exactly, ${others.join(", ")}`,
    ...Object.entries(prompts).map(([path, calls]) => `  ${path}: ${formatCount(calls)}`),
    ...unusable.map(({ prompt, reason }) => `  ${prompt}: cannot recover its calls: ${reason}`),
  ];
}

function datasetLines(
  dataset: NonNullable<CollectImportOutput["dataset"]>,
  { traces, unrendered, inferred }: CollectImportOutput,
): readonly string[] {
  const { name, added, updated, unchanged, rows, given } = dataset;
  const skipped = countSkipped(dataset.skipped);
  const counts = `${formatCount(added)} added, ${formatCount(updated)} updated, ${formatCount(unchanged)} unchanged`;
  const lines = [`dataset ${name}: ${counts}; ${counted(rows, "row")} now`];
  if (skipped > 0)
    lines.push(
      `  ${counted(skipped, "call")} skipped (${describeSkipped(dataset.skipped)}); add the right answer with \`dao-opt feedback\``,
    );
  if (given === 0 && traces.read > skipped && unrendered === null)
    lines.push(
      inferred === null
        ? "  could not recover the variables: pass the config with their prompts as --config, or try --infer-template"
        : "  could not recover the variables: add the proposed templates below to a config to get rows",
    );
  if (dataset.prompt === null && unrendered !== null && Object.keys(unrendered.prompts).length > 1)
    lines.push("  warning: the dataset mixes rows of several prompts; select one with --prompt");
  return lines;
}

function inferredLines(inferred: NonNullable<CollectImportOutput["inferred"]>): readonly string[] {
  const { file, templates, calls, unexplained } = inferred;
  if (file === null) return [`templates: none found in ${counted(calls, "call")}`];
  return [
    `templates: ${templates.length} proposed from ${counted(calls, "call")}, ${formatCount(unexplained)} unexplained`,
    ...templates.flatMap((one) => [
      `  ${one.name}: ${counted(one.calls, "call")} reproduced exactly`,
      ...(typeof one.template === "string"
        ? [{ role: "user", content: one.template }]
        : one.template
      ).flatMap(({ role, content }) => `${role}: ${content}`.split("\n").map((line) => `    ${line}`)),
      ...one.variables.map(
        ({ name, distinct, examples }) =>
          `    {{${name}}}: ${formatCount(distinct)} different, such as ${examples.slice(0, 2).map(shortened).join(" and ")}`,
      ),
    ]),
    `review ${file}, copy the right templates under prompts: of a config, then import again with --config`,
  ];
}

function shortened(text: string): string {
  const flat = JSON.stringify(text);
  return flat.length > 60 ? `${flat.slice(0, 57)}…"` : flat;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const right = { align: "right" } as const;

interface Surroundings {
  readonly file: string;
  readonly usesCache: boolean;
  /** Error of the last failed row. */
  readonly failure: string | undefined;
  readonly look: Look;
  /** ` --state DIR` for the suggested commands, or an empty string. */
  readonly stateFlag: string;
}

/** Renders the result of `collect CONFIG`: a table, failures and the next commands. */
export function renderCollection(
  output: CollectOutput,
  { file, usesCache, failure, look, stateFlag }: Surroundings,
): string {
  const { merged, usage } = output;
  const table = renderTable(
    [
      { title: "Dataset", least: 10, isKey: true },
      { title: "Model", least: 10 },
      { title: "Rows", ...right },
      { title: "Answered", ...right },
      { title: "Failed", ...right },
      { title: "New", ...right, leaves: 4 },
      { title: "Updated", ...right, leaves: 5 },
      { title: "Calls", ...right, leaves: 6 },
      { title: "Cached", ...right, leaves: 3 },
      { title: "Tokens", ...right, leaves: 2 },
      { title: "Cost", ...right, leaves: 7 },
      { title: "Time", ...right, leaves: 1 },
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
  const again = `the same command again${usesCache ? "" : ", with --resume"}; recorded answers cost nothing`;
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
  const failed = failure === undefined ? [] : [`${rowCount(output.failed)} failed, last error: ${failure}`];
  const there =
    merged.rows > 0
      ? `${output.dataset} has ${rowCount(merged.rows)}`
      : `no answers yet, so there is no dataset ${output.dataset}`;
  const others = { ...output.skipped, failed: 0 };
  const skipped =
    countSkipped(others) === 0
      ? []
      : [`${rowCount(countSkipped(others))} not in the dataset: ${describeSkipped(others)}`];
  const lines = [...failed, ...skipped, `${there}; next:`].map((line) => `${wrapText(line, look.columns)}\n`);
  return `${table}${lines.join("")}${next.map((line) => `  ${line}\n`).join("")}`;
}

function rowCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;
}
