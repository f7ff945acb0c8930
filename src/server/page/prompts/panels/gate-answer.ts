import type { PromptVersion } from "../../../../contracts/registry.ts";
import { interval, signed } from "../../../../report/figures.ts";
import { type Html, html } from "../../../../report/html.ts";
import type { CommandStyle } from "../../../server-services.ts";
import { typedCommand } from "../../shell/shown-command.ts";
import { measuredVersion, rowsText } from "../version-scores.ts";

/** True if the registry only deploys the version with a reason. */
export function isBlocked({ origin: { gate } }: PromptVersion): boolean {
  return gate !== undefined && gate !== "improved";
}

/** Said where the word comes first. */
export const gateMeaning = "The gate is the test on held-out rows, which the search never saw.";

/** What the gate found about a version, and what that means for a deployment. */
export function gateAnswer(
  version: PromptVersion,
  versions: readonly PromptVersion[],
  commands: CommandStyle,
): Html {
  const { gate, parent, scores } = version.origin;
  const test = scores?.test;
  const over = parent === undefined ? "its base" : `version ${parent}`;
  const figures =
    test === undefined
      ? ""
      : `${signed(test.difference)} over ${over}, ${Math.round(test.confidence * 100)} % interval ${interval(test.interval)}, on ${rowsText(test.rows)}.`;
  const rival = rivalText(version, versions);
  if (gate === "improved")
    return html`<p class="note good"><strong>✓ The gate allows this.</strong> Improved: ${figures}${rival} ${gateMeaning}</p>`;
  if (gate === undefined)
    return html`<p class="note warn"><strong>… Version ${version.version} was not tested against a base.</strong> It can be deployed, without proof that it is better.${rival} Score it: <code>${typedCommand(commands, "dao-opt eval config.yaml")}</code></p>`;
  const verdict = gate === "regressed" ? "it regressed" : "no improvement was proven";
  return html`<p class="note bad"><strong>✕ The gate blocks this: ${verdict}.</strong> ${figures}${rival} ${gateMeaning} It can be deployed with a reason, which stays in the history.</p>`;
}

/** How a version compares with the one deployed first, if both were measured on the same rows. */
function rivalText(version: PromptVersion, versions: readonly PromptVersion[]): string {
  const own = measuredVersion(version, versions);
  const rival = versions.find((one) => one !== version && one.environments.length > 0);
  const other = rival === undefined ? undefined : measuredVersion(rival, versions);
  if (own === undefined || rival === undefined || other === undefined) return "";
  if (own.data === undefined || own.data !== other.data || own.rows !== other.rows) return "";
  const where = rival.environments.join(", ");
  const difference = other.score - own.score;
  const than =
    Math.abs(difference) < 0.0005
      ? "scores the same"
      : `scores ${Math.abs(difference).toFixed(3)} ${difference > 0 ? "more" : "less"}`;
  return ` Version ${rival.version}, deployed to ${where} now, ${than} on the same rows.`;
}
