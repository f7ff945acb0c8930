import type { Chalk } from "chalk";
import type { OptimizationStatus } from "../../../contracts/run-record.ts";

type Color = InstanceType<typeof Chalk>;

export function statusColor(status: OptimizationStatus, color: Color): Color {
  if (status === "improved") return color.bold.green;
  return status === "failed" || status === "regressed" ? color.bold.red : color.dim;
}

const signs: Readonly<Record<OptimizationStatus, string>> = {
  improved: "✓",
  no_proven_improvement: "–",
  regressed: "✕",
  failed: "✕",
  skipped: "–",
};

export function statusSign(status: OptimizationStatus, color: Color): string {
  return statusColor(status, color)(signs[status]);
}
