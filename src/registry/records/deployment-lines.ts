import { z } from "zod";
import type { Deployment } from "../../contracts/registry.ts";
import { RegistryError } from "../../core/errors.ts";
import { parseJsonLine, renderJsonLine } from "../../formats/json-lines.ts";
import { repairHint } from "./record-text.ts";

const number = z.int().positive().nullable();
/** Keys of a line, as in a registry export. */
export const deploymentSchema = z.object({
  at: z.string().min(1),
  environment: z.string().min(1),
  from: number,
  to: number,
  version_id: z.string().nullish(),
  rollback: z.boolean().nullish(),
  by: z.string().nullish(),
  note: z.string().nullish(),
});

interface DeploymentLines {
  readonly deployments: readonly Deployment[];
  /** Numbers of incomplete lines; they were never confirmed and are ignored. */
  readonly torn: readonly number[];
  /** Damaged lines. */
  readonly broken: readonly { readonly line: number; readonly message: string }[];
}

/** Reads `deployments.jsonl` in any state. */
export function readDeploymentLines(text: string): DeploymentLines {
  const deployments: Deployment[] = [];
  const torn: number[] = [];
  const broken: { line: number; message: string }[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readDeployment(line);
    if (typeof read !== "string") deployments.push(read);
    else if (isTorn(line)) torn.push(at + 1);
    else broken.push({ line: at + 1, message: read });
  }
  return { deployments, torn, broken };
}

/** The deployments of a file without incomplete lines. Throws RegistryError naming the first damaged line. */
export function parseDeploymentLines(text: string, file: string): readonly Deployment[] {
  const { deployments, broken } = readDeploymentLines(text);
  const [first] = broken;
  if (first === undefined) return deployments;
  throw new RegistryError(`${file}:${first.line} cannot be read: ${first.message}`, { hint: repairHint });
}

/** One line, with its line break. */
export function renderDeploymentLine(deployment: Deployment): string {
  return renderJsonLine(deploymentKeys(deployment));
}

/** In file order; absent values are undefined. */
export function deploymentKeys(deployment: Deployment): Readonly<Record<string, unknown>> {
  const { at, environment, from, to, versionId, isRollback, by, note } = deployment;
  return { at, environment, from, to, version_id: versionId, rollback: isRollback, by, note };
}

export function deploymentFromKeys(read: z.output<typeof deploymentSchema>): Deployment {
  const { version_id: versionId, rollback, by, note, ...deployment } = read;
  const optional = Object.entries({ versionId, by, note }).filter(([, given]) => typeof given === "string");
  return Object.freeze({
    ...deployment,
    ...(rollback === true ? { isRollback: true as const } : {}),
    ...Object.fromEntries(optional),
  });
}

function readDeployment(line: string): Deployment | string {
  const parsed = parseJsonLine(line);
  if (parsed === undefined || "problem" in parsed) {
    const isConflict = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/.test(line);
    return isConflict ? "it is the marker of a git merge conflict" : "it is not a JSON object";
  }
  const checked = deploymentSchema.safeParse(parsed.value);
  if (!checked.success) {
    return checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  }
  return deploymentFromKeys(checked.data);
}

/** The start of a line of this tool, or the zero bytes left by a power loss. */
function isTorn(line: string): boolean {
  if (/^\0+$/.test(line)) return true;
  const start = '{"at":';
  if (line.length < start.length) return start.startsWith(line);
  const isInText = (line.match(/(?<!\\)(?:\\\\)*"/g) ?? []).length % 2 === 1;
  return line.startsWith(start) && (isInText || !line.trimEnd().endsWith("}"));
}
