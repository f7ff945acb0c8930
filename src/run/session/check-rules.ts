import type { RunRecord } from "../../contracts/run-record.ts";
import { ResumeError } from "../../core/errors.ts";
import { enginesNumber, rulesNumber } from "../../core/rules-number.ts";
import type { RunFolder, StoredPlan } from "../store/run-store.ts";

/**
 * Throws ResumeError if a run was planned with another version of the rules, whose answers were parsed, judged
 * and charged differently, or if its search would continue under another version of the engines.
 */
export function refuseOtherRules(
  { run }: RunFolder,
  { plan: { rules, engines = 1 } }: StoredPlan,
  { flag, record }: { readonly flag: "resume" | "replay"; readonly record: RunRecord | undefined },
): void {
  if (rules === rulesNumber) {
    // A finished run needs no search to be resumed.
    if (engines === enginesNumber || (flag === "resume" && record?.status === "completed")) return;
    const age = engines < enginesNumber ? "an earlier" : "a later";
    throw new ResumeError(
      `${run} was searched by ${age} version of the engines (${engines}; now ${enginesNumber}), whose requests differ`,
      { hint: cureOf(run, `start a fresh run without --${flag}; cached answers are reused`, record) },
    );
  }
  const [made, cure] =
    rules < rulesNumber
      ? [
          rules === 1 ? "by dao-opt 0.1.0, under older rules" : "under older rules",
          `start a fresh run without --${flag} (the answers of ${run} are not reused)`,
        ]
      : ["by a later version of dao-opt, under newer rules", "use that version, or start a fresh run"];
  throw new ResumeError(
    `${run} was made ${made} (${rules}; now ${rulesNumber}): its scores and costs are not comparable with current ones`,
    { hint: cureOf(run, cure, record) },
  );
}

function cureOf(run: string, cure: string, record: RunRecord | undefined): string {
  return record !== undefined ? `${cure}; \`dao-opt runs show ${run}\` still shows its result` : cure;
}
