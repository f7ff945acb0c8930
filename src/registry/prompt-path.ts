import { UsageError } from "../core/errors.ts";

const maxSegmentBytes = 255;
/** Longer paths would exceed system limits together with the registry folder. */
const maxPathBytes = 2048;
/** Maximum characters of a path in messages. */
const longestShown = 300;
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Names of the registry's files, reserved for them. */
const ownFile = /^(prompt\.yaml|registry\.yaml|deployments\.jsonl|v\d+\..*)$/i;

/**
 * Normalizes a path (NFC). Throws UsageError naming every problem: segments consist of letters, digits,
 * space, `_`, `.` and `-`, have at most 255 bytes and do not start with a dot.
 */
export function checkedPath(path: string): string {
  const normal = path.normalize("NFC");
  const problems = pathProblems(normal);
  if (problems.length === 0) return normal;
  const shown = path.length > longestShown ? `${path.slice(0, longestShown)}…` : path;
  throw new UsageError(`invalid prompt path ${JSON.stringify(shown)}: ${problems.join("; ")}`, {
    hint: "a path is folders and a name of letters, digits, space, _ . and -, such as main/default/classifier",
  });
}

/** Problems of a normalized path; empty if valid. */
export function pathProblems(path: string): readonly string[] {
  if (path === "") return ["it is empty"];
  if (Buffer.byteLength(path) > maxPathBytes) return [`it is over ${maxPathBytes} bytes`];
  if (path.includes("\0")) return ["it contains a NUL character"];
  if (path.startsWith("/") || /^[a-z]:[\\/]/i.test(path)) return ["it is absolute"];
  return [...new Set(path.split("/").flatMap(segmentProblems))];
}

/** Problems of one path segment; empty if valid. */
export function segmentProblems(segment: string): readonly string[] {
  const shown = JSON.stringify(segment);
  if (segment === "") return ["it has an empty segment"];
  if (segment.includes("..")) return [`${shown} holds ".."`];
  if (segment.startsWith(".")) return [`${shown} starts with a dot`];
  const problems: string[] = [];
  if (/^ |[ .]$/.test(segment)) problems.push(`${shown} starts or ends with a space, or ends with a dot`);
  const strange = segment.replace(/[\p{L}\p{M}\p{Nd} _.-]/gu, "");
  if (strange !== "") problems.push(`${shown} holds ${JSON.stringify([...strange][0])}`);
  else if (looksLikeAnother(segment)) problems.push(`${shown} contains characters that look like others`);
  if (windowsDevice.test(segment)) problems.push(`${shown} is a device name on Windows`);
  if (ownFile.test(segment)) problems.push(`${shown} is the name of a registry file`);
  if (Buffer.byteLength(segment) > maxSegmentBytes)
    problems.push(`a segment is over ${maxSegmentBytes} bytes`);
  return problems;
}

/**
 * Full-width forms, ligatures, invisible characters, and Latin mixed with Cyrillic or Greek letters: paths
 * that a reviewer could not distinguish.
 */
function looksLikeAnother(segment: string): boolean {
  const isFolded = segment.normalize("NFKC") !== segment.normalize("NFC");
  const isMixed = /\p{Script=Latin}/u.test(segment) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(segment);
  return isFolded || isMixed || /\p{Default_Ignorable_Code_Point}/u.test(segment);
}

/** The last segment. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Equal for names that some file systems treat as the same. */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
