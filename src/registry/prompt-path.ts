import { UsageError } from "../core/errors.ts";

const maxSegmentBytes = 255;
/** With the folder of the registry before it, no longer path can be opened on most systems. */
const maxPathBytes = 2048;
/** Characters of a path in a message. */
const longestShown = 300;
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Names of the registry's own files, which a folder must not take. */
const ownFile = /^(prompt\.yaml|registry\.yaml|deployments\.jsonl|v\d+\..*)$/i;

/**
 * A path in its one spelling (NFC). Throws UsageError naming everything that is wrong with it: segments
 * are letters, digits, space, `_`, `.` and `-`, at most 255 bytes each, and none starts with a dot.
 */
export function checkedPath(path: string): string {
  const normal = path.normalize("NFC");
  const problems = pathProblems(normal);
  if (problems.length === 0) return normal;
  const shown = path.length > longestShown ? `${path.slice(0, longestShown)}…` : path;
  throw new UsageError(`prompt path ${JSON.stringify(shown)} cannot be used: ${problems.join("; ")}`, {
    hint: "a path is folders and a name of letters, digits, space, _ . and -, such as main/default/classifier",
  });
}

/** What is wrong with a normalised path; empty when nothing is. */
export function pathProblems(path: string): readonly string[] {
  if (path === "") return ["it is empty"];
  if (Buffer.byteLength(path) > maxPathBytes) return [`it is over ${maxPathBytes} bytes`];
  if (path.includes("\0")) return ["it holds a NUL character"];
  if (path.startsWith("/") || /^[a-z]:[\\/]/i.test(path)) return ["it is absolute"];
  return [...new Set(path.split("/").flatMap(segmentProblems))];
}

/** What is wrong with one segment of a path; empty when nothing is. */
export function segmentProblems(segment: string): readonly string[] {
  const shown = JSON.stringify(segment);
  if (segment === "") return ["it has an empty segment"];
  if (segment.includes("..")) return [`${shown} holds ".."`];
  if (segment.startsWith(".")) return [`${shown} starts with a dot`];
  const problems: string[] = [];
  if (/^ |[ .]$/.test(segment)) problems.push(`${shown} starts or ends with a space, or ends with a dot`);
  const strange = segment.replace(/[\p{L}\p{M}\p{Nd} _.-]/gu, "");
  if (strange !== "") problems.push(`${shown} holds ${JSON.stringify([...strange][0])}`);
  else if (looksLikeAnother(segment)) problems.push(`${shown} holds characters that look like others`);
  if (windowsDevice.test(segment)) problems.push(`${shown} is a device name on Windows`);
  if (ownFile.test(segment)) problems.push(`${shown} is the name of a registry file`);
  if (Buffer.byteLength(segment) > maxSegmentBytes)
    problems.push(`a segment is over ${maxSegmentBytes} bytes`);
  return problems;
}

/**
 * Wide and joined forms of plain characters, invisible ones, and Latin letters among Cyrillic or Greek ones: two
 * paths that a reviewer cannot tell apart.
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

/** Equal for two names that some disk would take for one. */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
