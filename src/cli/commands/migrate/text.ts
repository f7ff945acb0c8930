import { Chalk } from "chalk";
import type { Look } from "../../context.ts";
import {
  countOf,
  formatPercent,
  formatPercentInterval,
  formatPrice,
  formatScore,
  unknown,
} from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { renderPlan } from "../run/dry-run.ts";
import type { MigrateOutput, MigrationPlanOutput } from "./output.ts";

type Migration = MigrateOutput["migrations"][number];
type Change = Migration["worse"][number];

const mostRows = 5;
const longest = 100;
const right = { align: "right" } as const;

const decisions: Readonly<Record<Migration["decision"], string>> = {
  at_parity: "at parity",
  below_parity: "below parity",
  not_measured: "not measured",
  failed: "failed",
};

/** Renders a migration: decision, both models, changed rows, prompt diff and the config change. */
export function renderMigration(migration: Migration, config: string, look: Look): string {
  const { name, decision, reason, source, target, parity, parity_interval: interval } = migration;
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const word = decision === "at_parity" ? color.green : decision === "failed" ? color.red : color.yellow;
  const head = `${color.bold(`${name}: from ${source.model} to ${target.model}`)}  ${word(decisions[decision])}`;
  const shown =
    parity === null || interval === null
      ? ""
      : `parity ${formatPercent(parity)} ${formatPercentInterval([interval[0], interval[1]])}: `;
  const sides = renderTable(
    [
      { title: "Model", least: 12 },
      { title: "Score", ...right },
      { title: "Cost per 1,000 calls", ...right, leaves: 2 },
      { title: "Latency", ...right, leaves: 1 },
    ],
    [source, target].map((one) => [
      one.model,
      formatScore(one.score),
      one.usd_per_call === null ? unknown : formatPrice(one.usd_per_call * 1000),
      one.latency_ms === null
        ? unknown
        : `${one.latency_ms < 10 ? one.latency_ms.toFixed(1) : Math.round(one.latency_ms)} ms`,
    ]),
    look,
  );
  return [
    head,
    wrapText(`${shown}${reason}`, look.columns),
    sides.trimEnd(),
    wrapText(
      `${countOf(migration.worse.length, "row")} worse and ${migration.better.length} better than ${source.model}, of ${migration.rows} held-out rows`,
      look.columns,
    ),
    ...rowLines("worse", migration.worse, look),
    ...rowLines("better", migration.better, look),
    ...migration.prompts.flatMap(({ prompt, version, diff }) => [
      "",
      `${prompt}${version === null ? " (nothing registered)" : `, version ${version}`}`,
      diff.every(({ kind }) => kind === "same") ? "  unchanged" : diffText(diff, look).trimEnd(),
    ]),
    ...(migration.paste === null ? [] : ["", `paste into ${config}:`, migration.paste.trimEnd()]),
    "",
  ].join("\n");
}

function rowLines(word: string, changes: readonly Change[], look: Look): string[] {
  const lines = changes.slice(0, mostRows).map(({ example, inputs, expected, source, target }) => {
    const [only, ...others] = Object.values(inputs);
    const asked = others.length === 0 && typeof only === "string" ? only : JSON.stringify(inputs);
    const wanted = expected === null ? "" : ` expected ${quoted(expected)},`;
    return wrapText(
      `  ${word} ${example.slice(0, 8)}  ${quoted(asked)}:${wanted} was ${quoted(source.output)}, is ${quoted(target.output)}`,
      look.columns,
    );
  });
  return changes.length > mostRows
    ? [...lines, `  and ${changes.length - mostRows} more ${word}; see the report or --json for all`]
    : lines;
}

function quoted(text: string | null): string {
  if (text === null) return "no answer";
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line];
  return `"${characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : line}"`;
}

function diffText(diff: Migration["prompts"][number]["diff"], look: Look): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  return diff
    .map(({ kind, text }) => {
      if (kind === "same") return text;
      if (kind === "added") return look.hasColor ? color.green(text) : `{+${text}+}`;
      return look.hasColor ? color.red.strikethrough(text) : `[-${text}-]`;
    })
    .join("");
}

/** Renders `migrate --dry-run`: the source of the rows, then the plan. */
export function renderMigrationPlan({ rows, plan }: MigrationPlanOutput, look: Look): string {
  const lines = rows.map(describeRows);
  const text = wrapText(lines.join("\n"), look.columns);
  return plan === null
    ? `${text}\nno calls were made; run migrate without --dry-run to start\n`
    : `${text}\n\n${renderPlan(plan, look).replace("; run without", "; run migrate without")}`;
}

function describeRows(one: MigrationPlanOutput["rows"][number]): string {
  const { optimization, dataset, from, rows, source_calls: calls } = one;
  if (from === "dataset") return `${optimization}: dataset ${dataset} already has answers`;
  if (from === "traces")
    return `${optimization}: ${countOf(rows ?? 0, "row")} from recorded calls would go into dataset ${dataset}`;
  return `${optimization}: the source model would answer ${countOf(calls, "row")} (at most ${countOf(calls, "call")}) for dataset ${dataset}; the optimization can be planned after that`;
}
