import type { RunRecord } from "../../../contracts/run-record.ts";
import { isGateFailure } from "../../session/run-exit-code.ts";
import type { Settings } from "../../settings.ts";
import { renderJunit } from "../../terminal/junit.ts";
import { statusWords } from "./text.ts";

/** A run as JUnit: a case an optimization; a failure is a verdict that `--fail-on` does not let pass. */
export function renderRunJunit(record: RunRecord, settings: Pick<Settings, "failOn">): string {
  return renderJunit(
    `dao-opt run ${record.config}`,
    record.optimizations.map(({ name, status, reason, seconds, error }) => {
      const verdict = `${statusWords[status]}: ${reason ?? ""}`;
      return {
        name,
        className: record.config,
        seconds,
        ...(isGateFailure(status, settings) ? { failure: verdict } : {}),
        ...(status === "failed" ? { error: error?.message ?? verdict } : {}),
        ...(status === "skipped" ? { skipped: verdict } : {}),
        output: verdict,
      };
    }),
  );
}
