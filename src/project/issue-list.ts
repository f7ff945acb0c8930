import { dirname, isAbsolute, join } from "node:path";
import type { Config } from "../config/config.ts";
import type { SourcePlace } from "../config/source-places.ts";
import { isWithin } from "../config/tree.ts";
import {
  ConfigError,
  type ConfigIssue,
  type DaoOptError,
  DatasetError,
  type DatasetFault,
} from "../core/errors.ts";

/** Collects the problems of a config that go beyond its text, to report them together. */
export interface IssueList {
  add(path: string, message: string, hint?: string, place?: SourcePlace): void;
  /** Adds an error from resolving `path`. */
  addError(path: string, error: DaoOptError): void;
  /** Adds issues that already have a position. */
  addAll(issues: readonly ConfigIssue[]): void;
  readonly problems: readonly (ConfigIssue | DaoOptError)[];
  /** True if a problem is known at, around or below the path; further problems there may follow from it. */
  isTouched(path: string): boolean;
  /**
   * Throws a single error unchanged, or several as one ConfigError; with `asIssues` always a ConfigError.
   */
  throwIfAny(asIssues?: boolean): void;
}

/** `known`: problems in the text of the config. Problems that may follow from them are not added. */
export function createIssueList(
  config: Pick<Config, "file" | "locate">,
  known: readonly ConfigIssue[] = [],
): IssueList {
  const issues: ConfigIssue[] = [...known];
  const errors: { path: string; error: DaoOptError }[] = [];
  const issueAt = (path: string, message: string, hint?: string, place?: SourcePlace): ConfigIssue => ({
    file: config.file,
    ...(place ?? config.locate(path)),
    path,
    message: withoutName(message, path),
    hint,
  });
  const touches = (other: string, path: string) =>
    other !== "" && (isWithin(other, path) || isWithin(path, other));
  const isTouched = (path: string) => known.some((one) => touches(one.path, path));
  // An optimization is large: a problem in one of its fields does not affect the others.
  const follows = (path: string) =>
    /^optimizations\.prompt_optimizations\.[^.]+$/.test(path)
      ? known.some((one) => one.path !== "" && isWithin(path, one.path))
      : isTouched(path);
  return {
    add: (path, message, hint, place) => {
      if (follows(path)) return;
      const issue = issueAt(path, message, hint, place);
      const isShown = issues.some((one) => one.path === path && one.message === message);
      if (!isShown) issues.push(issue);
    },
    addError: (path, error) => {
      if (follows(path)) return;
      if (!errors.some((known) => known.error.message === error.message)) errors.push({ path, error });
    },
    addAll: (more) => {
      issues.push(...more);
    },
    isTouched,
    get problems() {
      return [...issues, ...errors.map(({ error }) => error)];
    },
    throwIfAny(asIssues = false) {
      if (issues.length === 0 && errors.length === 1 && !asIssues) throw errors[0]?.error;
      if (issues.length + errors.length === 0) return;
      const all = [
        ...issues,
        ...errors.flatMap(({ path, error }) =>
          faultsOf(error, asIssues).map(({ key, message, hint }) =>
            issueAt(key === undefined ? path : `${path}.${key}`, message, hint),
          ),
        ),
      ];
      const rows = asIssues ? errors.flatMap(({ error }) => rowIssues(error, config.file)) : [];
      const sorted = all.sort(
        (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
      );
      throw new ConfigError([...sorted, ...rows]);
    },
  };
}

/** An error message begins with the name of its subject, which the path of an issue already ends with. */
function withoutName(message: string, path: string): string {
  const name = `${path.slice(path.lastIndexOf(".") + 1)}: `;
  return message
    .split("\n")
    .map((line) => (line.startsWith(name) ? line.slice(name.length) : line))
    .join("\n");
}

/**
 * The problems of an error, each with its own hint; rows listed by a dataset's message become separate
 * issues.
 */
function faultsOf(error: DaoOptError, asIssues: boolean): readonly DatasetFault[] {
  const { message, hint } = error;
  if (!asIssues || !(error instanceof DatasetError)) return [{ message, hint }];
  if (error.faults.length > 0) return error.faults;
  return [{ message: error.problems.length > 0 ? (message.split("\n")[0] ?? "") : message, hint }];
}

const mostRows = 20;

/** Unusable rows of a dataset, with file positions relative to the working folder, like the config's. */
function rowIssues(error: DaoOptError, config: string): readonly ConfigIssue[] {
  if (!(error instanceof DatasetError)) return [];
  const reported = faultsOf(error, true).map(({ message }) => message);
  return error.problems
    .filter((problem) => !reported.some((message) => message.endsWith(problem.message)))
    .slice(0, mostRows)
    .map((problem) => ({
      path: "",
      ...problem,
      file: isAbsolute(problem.file) ? problem.file : join(dirname(config), problem.file),
    }));
}
