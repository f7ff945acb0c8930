import type { Look } from "../../context.ts";
import { countOf } from "../../terminal/format.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { renderPlan } from "../run/plan-text.ts";
import type { MigrationPlanOutput } from "./output.ts";

/** `migrate --dry-run` for a person: where the rows would come from, then the plan on them. */
export function renderMigrationPlan({ rows, plan }: MigrationPlanOutput, look: Look): string {
  const lines = rows.map(describeRows);
  const text = wrapText(lines.join("\n"), look.columns);
  return plan === null
    ? `${text}\nnothing was called; migrate without --dry-run to begin\n`
    : `${text}\n\n${renderPlan(plan, look).replace("; run without", "; migrate without")}`;
}

function describeRows(one: MigrationPlanOutput["rows"][number]): string {
  const { optimization, dataset, from, rows, source_calls: calls } = one;
  if (from === "dataset") return `${optimization}: dataset ${dataset} has its answers already`;
  if (from === "traces")
    return `${optimization}: ${countOf(rows ?? 0, "row")} out of recorded calls would go into dataset ${dataset}`;
  return `${optimization}: the model being left would be asked for ${countOf(calls, "row")} (at most ${countOf(calls, "call")}), into dataset ${dataset}; what comes after is planned on its answers: --dry-run shows it when they are there`;
}
