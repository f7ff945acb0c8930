import type { Config } from "../config/config.ts";
import { ConfigError, type ConfigIssue, type DaoOptError } from "../core/errors.ts";

/** Gathers what is wrong with a config beyond its own text, so that all of it is told at once. */
export interface IssueList {
  add(path: string, message: string, hint?: string): void;
  /** An error of another kind met while resolving the thing at `path`. */
  addError(path: string, error: DaoOptError): void;
  readonly problems: readonly (ConfigIssue | DaoOptError)[];
  /** Throws the one error as it is, or several as one ConfigError. */
  throwIfAny(): void;
}

export function createIssueList(config: Pick<Config, "file" | "locate">): IssueList {
  const issues: ConfigIssue[] = [];
  const errors: { path: string; error: DaoOptError }[] = [];
  const issueAt = (path: string, message: string, hint?: string): ConfigIssue => ({
    file: config.file,
    ...config.locate(path),
    path,
    message,
    hint,
  });
  return {
    add: (path, message, hint) => {
      issues.push(issueAt(path, message, hint));
    },
    addError: (path, error) => {
      if (!errors.some((known) => known.error.message === error.message)) errors.push({ path, error });
    },
    get problems() {
      return [...issues, ...errors.map(({ error }) => error)];
    },
    throwIfAny() {
      if (issues.length === 0 && errors.length === 1) throw errors[0]?.error;
      if (issues.length + errors.length === 0) return;
      const all = [...issues, ...errors.map(({ path, error }) => issueAt(path, error.message, error.hint))];
      throw new ConfigError(
        all.sort(
          (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
        ),
      );
    },
  };
}
