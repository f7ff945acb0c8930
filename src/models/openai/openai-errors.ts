import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import type { ErrorContext } from "./error-context.ts";
import { networkError } from "./network-errors.ts";
import { type HeaderReader, retryAfterMs } from "./retry-after.ts";

interface StatusError {
  readonly status: number;
  readonly message: string;
  readonly headers?: HeaderReader | undefined;
  /** The `error` member of the body. */
  readonly error?: unknown;
}

const longestReason = 400;

/**
 * The ModelError for whatever a client threw. No foreign error is kept as a cause: it holds the
 * body and the request, and with them perhaps a key.
 */
export function translateError(error: unknown, context: ErrorContext): ModelError {
  if (error instanceof ModelError) return error;
  if (isStatusError(error)) return statusError(error, context);
  return networkError(error, context);
}

function isStatusError(error: unknown): error is StatusError {
  return error instanceof Error && typeof (error as { status?: unknown }).status === "number";
}

function statusError(error: StatusError, context: ErrorContext): ModelError {
  const body = isJsonObject(error.error) ? error.error : {};
  const code = [body["code"], body["type"]].filter((value) => typeof value === "string").join(" ");
  const kind = kindOf(error.status, code);
  const reason = context.mask(typeof body["message"] === "string" ? body["message"] : error.message).trim();
  const said = reason === "" ? "" : `: ${reason.slice(0, longestReason)}`;
  return new ModelError(`${context.who} answered ${error.status}${said}`, {
    kind,
    status: error.status,
    retryAfterMs: retryAfterMs(error.headers, Date.now()),
    providerCode: code === "" ? undefined : code.split(" ")[0],
    hint: hintOf(kind, context),
  });
}

function kindOf(status: number, code: string): ModelErrorKind {
  if (status === 402 || /insufficient_quota|billing_hard_limit_reached/.test(code)) return "quota";
  if (status === 401 || status === 403) return "auth";
  if (status === 404 || /model_not_found|DeploymentNotFound/.test(code)) return "model_not_found";
  if (/content_filter|content_policy_violation/.test(code)) return "content_filter";
  if (status === 429) return "rate_limit";
  if (status === 408) return "timeout";
  // 409 is a lost race for a lock inside the provider; the same request succeeds later.
  return status === 409 || status >= 500 ? "server" : "bad_request";
}

function hintOf(kind: ModelErrorKind, { spec, keyVariable }: ErrorContext): string | undefined {
  const place = `resources.llms.${spec.key}`;
  if (kind === "auth") {
    return `check ${keyVariable === undefined ? "" : `${keyVariable}, or `}api_key of ${place}`;
  }
  if (kind === "quota") return "the account has no credit left: see plan and billing of the provider";
  if (kind === "model_not_found") {
    const pull = spec.provider === "ollama" ? `; or fetch it: ollama pull ${spec.name}` : "";
    return `check name ("${spec.name}") and base_url of ${place}${pull}`;
  }
  return undefined;
}
