import type { PromptVersion, VersionOrigin, VersionScore } from "../../../contracts/registry.ts";
import { type Html, html } from "../../../report/html.ts";

/** The gate's verdicts in words. */
export const gateWords: Readonly<Record<NonNullable<VersionOrigin["gate"]>, string>> = {
  improved: "improved",
  no_proven_improvement: "no proven improvement",
  regressed: "regressed",
};

/** What a version scored on held-out rows, and on which. */
export interface MeasuredVersion {
  readonly score: number;
  readonly rows: number;
  /** Digest of the dataset; scores on different ones do not compare. */
  readonly data: string | undefined;
  /** Against the version that it was made from; absent for the base of a later version. */
  readonly gain?: Pick<VersionScore, "base" | "difference" | "interval" | "confidence">;
  /** Set if it was measured as the base of this version. */
  readonly asBaseOf?: number;
}

/** A version with what it scored. */
export interface ScoredVersion {
  readonly version: PromptVersion;
  readonly measured: MeasuredVersion;
}

/** The version's own test score, else the one it got as the base of a version made from it. */
export function measuredVersion(
  { version, origin }: PromptVersion,
  versions: readonly PromptVersion[],
): MeasuredVersion | undefined {
  const own = origin.scores?.test;
  if (own !== undefined) {
    const { optimized, rows, base, difference, interval, confidence } = own;
    return {
      score: optimized,
      rows,
      data: origin.dataDigest,
      gain: { base, difference, interval, confidence },
    };
  }
  const child = versions.findLast((one) => one.origin.parent === version && one.origin.scores?.test);
  const test = child?.origin.scores?.test;
  if (child === undefined || test === undefined) return undefined;
  return { score: test.base, rows: test.rows, data: child.origin.dataDigest, asBaseOf: child.version };
}

/** What the rows are called: `90 held-out rows`. */
export function rowsText(rows: number): string {
  return `${rows.toLocaleString("en-US")} held-out ${rows === 1 ? "row" : "rows"}`;
}

/** A warning before the first figure if rule-based models made any of them. */
export function offlineNote(versions: readonly PromptVersion[]): Html | null {
  const offline = versions.filter(({ origin }) => origin.scores?.test !== undefined && isOffline(origin));
  if (offline.length === 0) return null;
  const measured = versions.filter(({ origin }) => origin.scores?.test !== undefined);
  const which =
    offline.length === measured.length
      ? "The scores"
      : `The scores of version ${offline.map(({ version }) => version).join(", ")}`;
  return html`<p class="note warn"><strong>Offline models answered.</strong> ${which} show that the setup works; they say nothing about a real model.</p>`;
}

function isOffline({ models = {} }: VersionOrigin): boolean {
  return Object.values(models).some((name) => name.startsWith("offline/"));
}
