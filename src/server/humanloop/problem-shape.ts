import { HTTPException } from "hono/http-exception";
import {
  ConfigError,
  isDaoOptError,
  ModelError,
  RegistryError,
  StoreError,
  UsageError,
} from "../../core/errors.ts";
import { type Problem, type ProblemShape, problemOf, providerAnswer } from "../problem.ts";

/**
 * `{detail}`, as the original answers: a list of places for what a request got wrong, an object for what the
 * provider refused, else a text. Its JavaScript client shows only the body of most errors, so all is in there.
 */
export const humanloopShape: ProblemShape = ({ message, hint, issues = [], cause }) => {
  if (issues.length > 0)
    return { detail: issues.map(({ path, message: msg }) => ({ loc: path, msg, type: "value_error" })) };
  const text = hint === undefined ? message : `${message} (${hint})`;
  if (cause instanceof ModelError)
    return { detail: { type: cause.kind, message: text, code: cause.status ?? null, origin: "provider" } };
  return { detail: text };
};

const retriedLater = new Set(["timeout", "connection", "server", "malformed", "empty", "unreachable"]);

/** A file of the registry that says something wrong, which asking again does not cure. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof RegistryError &&
    (error.cause === undefined || (isDaoOptError(error.cause) && !(error.cause instanceof StoreError)))
  );
}

/**
 * What is wrong with a request is a 422, and so is what is wrong with a prompt's files. A provider's status is
 * passed on with its `Retry-After`; an error without one is a 503 where a later call may succeed, else a 400.
 */
export function humanloopProblem(error: unknown): Problem {
  // The framework throws these for bodies that are no JSON.
  if (error instanceof HTTPException) {
    const { message } = error;
    return { status: 422, code: "body_invalid", message, issues: [{ path: ["body"], message }] };
  }
  const problem = problemOf(error);
  if (error instanceof UsageError || error instanceof ConfigError) {
    const { message, hint } = problem;
    const told =
      error instanceof ConfigError
        ? error.issues.map((issue) => ({ path: ["body", ...issue.path.split(".")], message: issue.message }))
        : [{ path: ["body"], message: hint === undefined ? message : `${message} (${hint})` }];
    return { ...problem, status: 422, issues: told };
  }
  if (isDamage(error)) return { ...problem, status: 422 };
  if (!(error instanceof ModelError)) return problem;
  const passed = providerAnswer(error);
  return { ...problem, status: retriedLater.has(error.kind) ? 503 : 400, ...passed };
}
