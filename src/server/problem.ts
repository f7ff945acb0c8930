import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError, type ErrorCode, isDaoOptError, ModelError } from "../core/errors.ts";

/** Beyond this a refused body is cut off rather than read to its end. */
const mostDrainedBytes = 100 * 1024 * 1024;

/**
 * A refusal before any route. The body is read and thrown away: a connection that is closed while the caller
 * still writes would be reset, and the caller would never see why.
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

/** Why a request was not answered as asked. */
export interface Problem {
  /** HTTP status. */
  readonly status: number;
  /** `unauthorized`, `body_too_large` … or the code of a DaoOptError. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Mistakes in the request, each with its place: `["body", "messages", 0, "role"]`. */
  readonly issues?: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  readonly headers?: Readonly<Record<string, string>>;
  /** A provider's own error, where one was the reason. */
  readonly cause?: unknown;
}

/** How a group of routes writes its problems down. */
export type ProblemShape = (problem: Problem) => unknown;

/** `{ error: { code, message, hint, issues } }`, as commands print theirs under `--json`. */
export const plainShape: ProblemShape = ({ code, message, hint, issues = [] }) => ({
  error: {
    code,
    message,
    hint: hint ?? null,
    issues: issues.map(({ path, message: text }) => ({ path: path.join("."), message: text })),
  },
});

/** OpenAI's, so that its clients show the message. */
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
  mlflow_auth: 502,
  mlflow_unreachable: 502,
  agent_failed: 502,
  scorer_failed: 500,
  budget_spent: 429,
  optimization_failed: 500,
  resume_refused: 409,
  replay_missing: 500,
  interrupted: 503,
} as const satisfies Record<ErrorCode, number>;

/** Errors of the family by their code; anything else is a bug of ours, whose text stays inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RangeError && /string length|call stack|array length/i.test(error.message)) {
    const message = "what the request asks for is too long or too deep to be made";
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

/** Status and `Retry-After` of a provider, passed on to whoever called it. */
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
