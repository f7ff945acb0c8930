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

/** Gathers what is wrong with a config beyond its own text, so that all of it is told at once. */
export interface IssueList {
  add(path: string, message: string, hint?: string, place?: SourcePlace): void;
  /** An error of another kind met while resolving the thing at `path`. */
  addError(path: string, error: DaoOptError): void;
  /** Issues that have their place already. */
  addAll(issues: readonly ConfigIssue[]): void;
  readonly problems: readonly (ConfigIssue | DaoOptError)[];
  /** Is something wrong at, around or below the path? Then what else is wrong with it may follow from that. */
  isTouched(path: string): boolean;
  /** Throws the one error as it is, or several as one ConfigError; with `asIssues` always the latter. */
  throwIfAny(asIssues?: boolean): void;
}

/** `known`: mistakes in the text of the config. What may follow from one of them is not added. */
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
  // An optimization is large: a slip in one of its fields says nothing of the others.
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

/** An error begins its lines with the name of what it is about, which the path of an issue ends with already. */
function withoutName(message: string, path: string): string {
  const name = `${path.slice(path.lastIndexOf(".") + 1)}: `;
  return message
    .split("\n")
    .map((line) => (line.startsWith(name) ? line.slice(name.length) : line))
    .join("\n");
}

/** What is wrong, each thing with its own hint; rows that a dataset's message lists are issues of their own. */
function faultsOf(error: DaoOptError, asIssues: boolean): readonly DatasetFault[] {
  const { message, hint } = error;
  if (!asIssues || !(error instanceof DatasetError)) return [{ message, hint }];
  if (error.faults.length > 0) return error.faults;
  return [{ message: error.problems.length > 0 ? (message.split("\n")[0] ?? "") : message, hint }];
}

const mostRows = 20;

/** The rows that a dataset cannot use, each with its place relative to the working folder, as the config's is. */
function rowIssues(error: DaoOptError, config: string): readonly ConfigIssue[] {
  if (!(error instanceof DatasetError)) return [];
  const told = faultsOf(error, true).map(({ message }) => message);
  return error.problems
    .filter((problem) => !told.some((message) => message.endsWith(problem.message)))
    .slice(0, mostRows)
    .map((problem) => ({
      path: "",
      ...problem,
      file: isAbsolute(problem.file) ? problem.file : join(dirname(config), problem.file),
    }));
}
