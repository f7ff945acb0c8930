import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { createSecretMask, type Secret } from "../core/text/secret.ts";
import { openFetch } from "./open-fetch.ts";
import { SignInError } from "./sign-in-error.ts";
import { type AccessToken, createTokenSource, type TokenSource } from "./token-source.ts";

/** A service principal of a Databricks workspace, which signs in by OAuth (machine to machine). */
export interface ServicePrincipal {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

const path = "/oidc/v1/token";
const timeoutMs = 30_000;
const longestReason = 300;
/** More identities than a program uses. */
const mostSources = 100;

/** Shared by all models and MLflow clients of the process, so that each principal signs in once. */
const sources = new Map<string, TokenSource>();

/**
 * Tokens of a service principal for a workspace. `workspace` is any URL of it; equal principals share their tokens.
 */
export function databricksTokens(workspace: string, principal: ServicePrincipal): TokenSource {
  const { origin } = new URL(workspace);
  const secret = createHash("sha256").update(principal.clientSecret.reveal()).digest("hex");
  const key = JSON.stringify([origin, principal.clientId, secret]);
  const known = sources.get(key);
  if (known !== undefined) return known;
  const made = createTokenSource(() => requestToken(origin, principal));
  const [oldest] = sources.keys();
  if (sources.size >= mostSources && oldest !== undefined) sources.delete(oldest);
  sources.set(key, made);
  return made;
}

async function requestToken(
  origin: string,
  { clientId, clientSecret }: ServicePrincipal,
): Promise<AccessToken> {
  const address = `${origin}${path}`;
  const mask = createSecretMask([clientSecret.reveal()]);
  const login = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString("base64");
  const startedAt = Date.now();
  let status: number;
  let text: string;
  let retryAfterMs: number | undefined;
  try {
    const fetch = await openFetch(origin);
    const response = await fetch(address, {
      method: "POST",
      headers: {
        accept: "application/json",
        authorization: `Basic ${login}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }).toString(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    retryAfterMs = secondsIn(response.headers.get("retry-after"));
    text = await response.text();
  } catch (error) {
    throw connectionError(error, address);
  }
  const body = bodyOf(text);
  const { access_token: value, expires_in: seconds } = body;
  if (status === 200 && typeof value === "string" && value !== "")
    return { value, expiresAt: startedAt + (Number(seconds) > 0 ? Number(seconds) : 3600) * 1000 };
  throw answerError({ status, retryAfterMs, reason: mask(reasonOf(body)) }, address);
}

function bodyOf(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

/** OAuth has `error` and `error_description`, Databricks' other paths `error_code` and `message`. */
function reasonOf(body: JsonObject): string {
  const { error, errorCode, error_code, error_description, errorSummary, message } = body;
  const parts = [
    [error, errorCode, error_code].find((one) => typeof one === "string"),
    [error_description, errorSummary, message].find((one) => typeof one === "string"),
  ];
  // Control characters of a server must not steer a terminal.
  return parts
    .filter((part) => part !== undefined && part !== "")
    .join(": ")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .slice(0, longestReason);
}

interface FailedAnswer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly reason: string;
}

function answerError({ status, retryAfterMs, reason }: FailedAnswer, address: string): SignInError {
  const detail = reason === "" ? "" : `: ${reason}`;
  const details = { status, retryAfterMs };
  if (status === 429 || status >= 500) {
    return new SignInError(`Databricks issued no token: ${address} answered ${status}${detail}`, {
      ...{ kind: "passing", ...details },
      hint: "repeat the command; if it fails again, see the status page of the workspace",
    });
  }
  if (status === 400 || status === 401 || status === 403) {
    return new SignInError(
      `Databricks rejected the service principal: ${address} answered ${status}${detail}`,
      {
        ...{ kind: "refused", ...details },
        hint:
          status === 403
            ? "the principal may lack access to the workspace, or an IP access list excludes this machine"
            : "check client_id and client_secret, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET: the secret may have expired, or be of a principal that is not in this workspace",
      },
    );
  }
  return new SignInError(`${address} answered ${status} without a token${detail}`, {
    ...{ kind: "unreachable", ...details },
    hint: "check that workspace_host or DATABRICKS_HOST is the address of a Databricks workspace",
  });
}

/** Retrying cannot help: the name or the certificate is wrong. */
const hopeless = /^(ENOTFOUND|EAI_AGAIN|ERR_INVALID_URL)$|CERT|TLS|SSL/;

function connectionError(error: unknown, address: string): SignInError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message, name } = cause as { code?: unknown; message?: string; name?: string };
  const systemCode = typeof code === "string" ? code : undefined;
  const reason = name === "TimeoutError" ? `no answer within ${timeoutMs / 1000} s` : (systemCode ?? message);
  return new SignInError(`${address} could not be reached for a token: ${reason}`, {
    kind: hopeless.test(systemCode ?? "") ? "unreachable" : "passing",
    systemCode,
    hint: "check workspace_host or DATABRICKS_HOST",
  });
}

function secondsIn(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
