const segment = /^[\p{L}\p{M}\p{N} _.-]+$/u;
const longestSegmentBytes = 255;

/** The environment that every registry has. */
export const defaultEnvironment = "production";

/** Why a text cannot be a part of a prompt's path; undefined if it can. */
export function segmentProblem(part: string): string | undefined {
  if (part === "") return "has an empty part";
  if (part.startsWith(".")) return `has a part that starts with a dot: ${part}`;
  if (!segment.test(part))
    return `may contain only letters, digits, space, _ . and -: ${JSON.stringify(part)}`;
  if (Buffer.byteLength(part.normalize("NFC")) > longestSegmentBytes)
    return `has a part of more than ${longestSegmentBytes} bytes`;
  return undefined;
}

/**
 * Why a text cannot be the last part of a prompt's path, where it could be read as a version or environment;
 * undefined if it can.
 */
export function lastSegmentProblem(part: string, environments: ReadonlySet<string>): string | undefined {
  if (/^\d+$/.test(part)) return `${part} would be read as a version number`;
  if (part === "latest" || environments.has(part)) return `${part} would be read as a version or environment`;
  return undefined;
}

/** Why a text cannot name an environment; undefined if it can. */
export function environmentProblem(name: string): string | undefined {
  if (/^\d+$/.test(name)) return `${name} would be read as a version number`;
  if (name === "latest") return "latest always means the newest version and cannot be deployed to";
  return segment.test(name) && !name.startsWith(".")
    ? undefined
    : "an environment's name may contain only letters, digits, space, _ . and -";
}
