import { ConfigError, type ConfigIssue } from "../core/errors.ts";
import type { SourcePlace, SourcePlaces, Stretch } from "./source-places.ts";
import { dotted, isWithin, type KeyPath } from "./tree.ts";

interface Warning {
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** Collects everything that is wrong with a config, so that it is told at once. */
export interface Problems {
  readonly warnings: readonly Warning[];
  /** A mistake at a config path. Nothing happens when the path, or one it depends on, is muted. */
  report(
    path: KeyPath,
    message: string,
    hint?: string,
    dependsOn?: readonly KeyPath[],
    /** What of the text at the path is wrong. */
    stretch?: Stretch,
  ): void;
  /** A mistake whose place is known better than by its path. */
  reportAt(
    place: SourcePlace | undefined,
    path: KeyPath,
    message: string,
    hint?: string,
    excerpt?: string,
  ): void;
  /** A mistake in another file or flag. */
  reportElsewhere(issue: Omit<ConfigIssue, "path"> & { readonly path?: string }): void;
  /** What follows from a mistake already told is not told again. */
  mute(path: KeyPath): void;
  warn(path: KeyPath, message: string, where?: SourcePlace | Stretch): void;
  /** From here on, what is wrong at or below this path is blamed on the flag. */
  blame(path: KeyPath, flag: string): void;
  /** Texts that no message may show. */
  hide(secret: string): void;
  /** The text without those; messages are masked anyway, but one cut short must be masked before. */
  mask(text: string): string;
  readonly isEmpty: boolean;
  /** Every mistake by place, as one error. */
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
  /** The flag that gave the path its value, or that made a key which is not in the file. */
  const flagOf = (path: string) =>
    [...flags].findLast(([set]) => isWithin(path, set) || (isWithin(set, path) && !isInFile(path)))?.[1];
  const push = (issue: ConfigIssue) => {
    // An anchored thing is seen at every place that uses it, but is wrong in one.
    const last = issue.path.slice(issue.path.lastIndexOf(".") + 1);
    const id = `${issue.file}:${issue.line ?? issue.path}:${issue.column}:${last}:${issue.message}`;
    if (!seen.has(id)) issues.push(issue);
    seen.add(id);
  };
  const mask = (text: string) =>
    // Longest first: a value that holds another one must go before its part does.
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
      // Shorter ones would turn ordinary words of a message into noise.
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
