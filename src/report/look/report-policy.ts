import { createHash } from "node:crypto";
import { reportCss } from "./report-css.ts";
import { reportScript } from "./report-script.ts";
import { tokensCss } from "./tokens-css.ts";

/** The style of a report. */
export const reportStyle = tokensCss + reportCss;

const script = `script-src '${digest(reportScript)}'`;
const rest = "base-uri 'none'; form-action 'none'";

/** The policy inside a report: its own style and script, by their digests, and nothing else. */
export const reportPolicy = `default-src 'none'; style-src '${digest(reportStyle)}'; ${script}; ${rest}`;

/**
 * The policy of a server that shows stored reports. Their styles differ by version, and each names its own digest, so
 * any style is allowed here; a script of another version is not run.
 */
export const servedReportPolicy = `default-src 'none'; style-src 'unsafe-inline'; ${script}; ${rest}; frame-ancestors 'none'`;

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
