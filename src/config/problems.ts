import { ConfigError, type ConfigIssue } from "../core/errors.ts";
import type { SourcePlace, SourcePlaces, Stretch } from "./source-places.ts";
import { dotted, isWithin, type KeyPath } from "./tree.ts";

interface Warning {
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** Collects every mistake in a config, to report them together. */
export interface Problems {
  readonly warnings: readonly Warning[];
  /** Reports a mistake at a config path, unless the path or one it depends on is muted. */
  report(
    path: KeyPath,
    message: string,
    hint?: string,
    dependsOn?: readonly KeyPath[],
    /** The wrong part of the text at the path. */
    stretch?: Stretch,
  ): void;
  /** Reports a mistake at a place more exact than its path. */
  reportAt(
    place: SourcePlace | undefined,
    path: KeyPath,
    message: string,
    hint?: string,
    excerpt?: string,
  ): void;
  /** Reports a mistake in another file or flag. */
  reportElsewhere(issue: Omit<ConfigIssue, "path"> & { readonly path?: string }): void;
  /** Suppresses problems that follow from a mistake already reported. */
  mute(path: KeyPath): void;
  warn(path: KeyPath, message: string, where?: SourcePlace | Stretch): void;
  /** Attributes later problems at or below this path to the flag. */
  blame(path: KeyPath, flag: string): void;
  /** Hides a secret in all messages. */
  hide(secret: string): void;
  /** Masks the hidden secrets. Messages are masked anyway, but a text must be masked before it is cut. */
  mask(text: string): string;
  readonly isEmpty: boolean;
  /** All mistakes in one error, sorted by place. */
  toError(): ConfigError;
}

export function createProblems(file: string, { known, locate }: SourcePlaces): Problems {
  const issues: ConfigIssue[] = [];
  const warnings: Warning[] = [];
  const muted = new Set<string>();
  const flags = new Map<string, string>();
  const secrets = new Set<string>();
  const seen = new Set<string>();

  const isInFile = (path: string) => known.has(path);
  const isMuted = (path: string) => [...muted].some((outer) => isWithin(path, outer));
  /** The flag that set the path, or that created a key missing in the file. */
  const flagOf = (path: string) =>
    [...flags].findLast(([set]) => isWithin(path, set) || (isWithin(set, path) && !isInFile(path)))?.[1];
  const push = (issue: ConfigIssue) => {
    // An anchored thing appears at every alias but is wrong in only one place.
    const last = issue.path.slice(issue.path.lastIndexOf(".") + 1);
    const id = `${issue.file}:${issue.line ?? issue.path}:${issue.column}:${last}:${issue.message}`;
    if (!seen.has(id)) issues.push(issue);
    seen.add(id);
  };
  const mask = (text: string) =>
    // Longest first, so that a value is replaced before its substrings.
    [...secrets]
      .sort((one, other) => other.length - one.length)
      .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);

  return {
    warnings,
    report(path, message, hint, dependsOn = [], stretch) {
      const name = dotted(path);
      if (isMuted(name) || dependsOn.some((other) => isMuted(dotted(other)))) return;
      const flag = flagOf(name);
      const place = flag === undefined ? locate(name, stretch) : undefined;
      push({ file: flag ?? file, ...place, path: name, message, hint });
    },
    reportAt(place, path, message, hint, excerpt) {
      push({
        file,
        ...place,
        path: dotted(path),
        message,
        hint,
        ...(excerpt === undefined ? {} : { excerpt }),
      });
    },
    reportElsewhere(issue) {
      push({ path: "", ...issue });
    },
    mute(path) {
      muted.add(dotted(path));
    },
    warn(path, message, where) {
      const place = where !== undefined && "line" in where ? where : locate(dotted(path), where);
      const subject = path.length === 0 ? "" : `${dotted(path)}: `;
      const warning = { ...place, message: mask(`${subject}${message}`) };
      if (!warnings.some((other) => other.message === warning.message)) warnings.push(warning);
    },
    blame(path, flag) {
      flags.set(dotted(path), flag);
    },
    hide(secret) {
      // Shorter ones would mask ordinary words of a message.
      if (secret.length >= 8) secrets.add(secret);
    },
    mask,
    get isEmpty() {
      return issues.length === 0;
    },
    toError() {
      const masked = issues.map((issue) => ({
        ...issue,
        message: mask(issue.message),
        hint: issue.hint === undefined ? undefined : mask(issue.hint),
      }));
      return new ConfigError(masked.sort(byPlace));
    },
  };
}

function byPlace(one: ConfigIssue, other: ConfigIssue): number {
  return (
    (one.line ?? 0) - (other.line ?? 0) ||
    (one.column ?? 0) - (other.column ?? 0) ||
    one.path.localeCompare(other.path)
  );
}
