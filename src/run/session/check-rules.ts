import { ResumeError } from "../../core/errors.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import type { RunFolder, StoredPlan } from "../store/run-store.ts";

/**
 * Throws ResumeError if a run was planned with another version of the rules: its answers were parsed, judged
 * and charged differently, and mixed results would be invalid.
 */
export function refuseOtherRules(
  { run }: RunFolder,
  { plan: { rules } }: StoredPlan,
  { flag, hasRecord }: { readonly flag: "resume" | "replay"; readonly hasRecord: boolean },
): void {
  if (rules === rulesNumber) return;
  const [made, cure] =
    rules < rulesNumber
      ? [
          rules === 1 ? "by dao-opt 0.1.0, under older rules" : "under older rules",
          `start a fresh run without --${flag} (the answers of ${run} are not reused)`,
        ]
      : ["by a later version of dao-opt, under newer rules", "use that version, or start a fresh run"];
  throw new ResumeError(
    `${run} was made ${made} (${rules}; now ${rulesNumber}): its scores and costs are not comparable with current ones`,
    { hint: hasRecord ? `${cure}; \`dao-opt runs show ${run}\` still shows its result` : cure },
  );
}
