import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError, type ErrorCode, isDaoOptError, ModelError } from "../core/errors.ts";

/** Larger refused bodies are cut off instead of drained. */
const mostDrainedBytes = 100 * 1024 * 1024;

/**
 * Refuses a request before routing. Drains the body: closing the connection while the client still sends
 * would reset it, and the client would not see the response.
 */
export function refuseRequest(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  shape: ProblemShape,
): void {
  const text = JSON.stringify(shape(problem));
  const isHuge = Number(request.headers["content-length"] ?? 0) > mostDrainedBytes;
  response.writeHead(problem.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...problem.headers,
    ...(isHuge ? { connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : text);
  if (!isHuge) request.resume();
}

/** An error response. */
export interface Problem {
  /** HTTP status. */
  readonly status: number;
  /** `unauthorized`, `body_too_large` … or the code of a DaoOptError. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Issues in the request with their place: `["body", "messages", 0, "role"]`. */
  readonly issues?: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The provider's error, if any. */
  readonly cause?: unknown;
}

/** Renders problems of a route group. */
export type ProblemShape = (problem: Problem) => unknown;

/** `{ error: { code, message, hint, issues } }`, as in the commands' `--json`. */
export const plainShape: ProblemShape = ({ code, message, hint, issues = [] }) => ({
  error: {
    code,
    message,
    hint: hint ?? null,
    issues: issues.map(({ path, message: text }) => ({ path: path.join("."), message: text })),
  },
});

/** OpenAI's error form, so that its clients show the message. */
export const openAiShape: ProblemShape = ({ code, message, hint }) => ({
  error: {
    message: hint === undefined ? message : `${message} (${hint})`,
    type: "dao_opt_error",
    param: null,
    code,
  },
});

const statuses = {
  config_invalid: 500,
  usage_invalid: 400,
  dataset_invalid: 400,
  plugin_invalid: 500,
  not_found: 404,
  registry_failed: 500,
  registry_conflict: 409,
  store_failed: 500,
  model_failed: 502,
  model_auth: 502,
  model_unreachable: 502,
  model_rate_limit: 429,
  mlflow_failed: 502,
  mlflow_unconfigured: 502,
  mlflow_auth: 502,
  mlflow_unreachable: 502,
  database_failed: 502,
  database_unprepared: 502,
  database_auth: 502,
  database_unreachable: 502,
  agent_failed: 502,
  scorer_failed: 500,
  budget_spent: 429,
  optimization_failed: 500,
  resume_refused: 409,
  replay_missing: 500,
  queue_failed: 503,
  interrupted: 503,
} as const satisfies Record<ErrorCode, number>;

/** Maps DaoOptErrors by code. Other errors are bugs; their text is not exposed. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RangeError && /string length|call stack|array length/i.test(error.message)) {
    const message = "the result of the request would be too long or too deeply nested";
    return { status: 413, code: "request_too_large", message, cause: error };
  }
  if (!isDaoOptError(error)) {
    return { status: 500, code: "bug", message: "the server failed on this request", cause: error };
  }
  const { code, message, hint } = error;
  const issues =
    error instanceof ConfigError
      ? error.issues.map((issue) => ({ path: [issue.path], message: issue.message }))
      : [];
  const passed = error instanceof ModelError ? providerAnswer(error) : {};
  return { status: statuses[code], code, message, hint, issues, cause: error, ...passed };
}

/** A provider's status and `Retry-After`. */
export function providerAnswer({
  status,
  retryAfterMs,
}: ModelError): Partial<Pick<Problem, "status" | "headers">> {
  return {
    ...(status !== undefined && status >= 400 && status < 600 ? { status } : {}),
    ...(retryAfterMs === undefined
      ? {}
      : { headers: { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } }),
  };
}
