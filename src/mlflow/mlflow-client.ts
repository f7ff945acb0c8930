import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { thrownReason } from "../core/errors.ts";
import type { SecretMask } from "../core/text/secret.ts";
import { parseExactJson } from "../formats/exact-json.ts";
import { answerFailure, serverMessage } from "./answer-failure.ts";
import { authorizationOf, maskOfCredentials } from "./authorize.ts";
import type { MlflowConnection } from "./connection.ts";
import { MlflowError } from "./mlflow-error.ts";

export interface MlflowRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root of the server: `/api/2.0/mlflow/runs/create`. */
  readonly path: string;
  /** Keys without a value are left out; a list repeats its key. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: JsonObject;
  /** Sent as it is, in place of a body of JSON. */
  readonly upload?: { readonly content: string | Uint8Array; readonly contentType: string };
  /** The same request may arrive twice and do no harm. Every GET may. */
  readonly isIdempotent?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

/** Calls of one MLflow server or Databricks workspace. */
export interface MlflowClient {
  readonly kind: MlflowConnection["kind"];
  readonly address: string;
  /**
   * Resolves to the answer, `{}` when it is empty. Rejects with MlflowError, or with the reason of the signal.
   * Integers beyond 2^53 come as texts.
   */
  call(request: MlflowRequest): Promise<JsonObject>;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

export interface MlflowClientOptions {
  /** Absent: Node's own, which uses no proxy. */
  readonly fetch?: (url: string, init: FetchInit) => Promise<FetchAnswer>;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly attempts?: number;
  /** Resolves after the time; rejects with the reason of the signal. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const defaultTimeoutMs = 120_000;
const defaultAttempts = 4;
const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** Failures that happen before the server has the request. */
const unsentCodes: ReadonlySet<string> = new Set(["ECONNREFUSED", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

export function createMlflowClient(
  connection: MlflowConnection,
  options: MlflowClientOptions = {},
): MlflowClient {
  const { address, kind } = connection;
  const place = `${kind === "databricks" ? "Databricks" : "MLflow"} at ${address}`;
  const authorize = authorizationOf(connection);
  const mask = maskOfCredentials(connection.credentials);
  const send = options.fetch ?? ((url: string, init: FetchInit) => fetch(url, init));
  const sleep = options.sleep ?? pause;

  async function attempt(request: MlflowRequest): Promise<JsonObject> {
    const call = `${request.method} ${request.path}`;
    const timeoutMs = request.timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs;
    const authorization = await authorize();
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
    let answer: FetchAnswer;
    let text: string;
    try {
      answer = await send(`${address}${request.path}${queryText(request.query)}`, {
        method: request.method,
        headers: headersOf(request, authorization),
        ...bodyOf(request),
        redirect: "manual",
        signal,
      });
      text = await answer.text();
    } catch (error) {
      request.signal?.throwIfAborted();
      if (deadline.aborted) {
        throw new MlflowError(`${place} did not answer ${call} within ${timeoutMs / 1000} s`, {
          kind: "timeout",
          hint: "the server is slow or overloaded: repeat the command, or look at its log",
        });
      }
      throw connectionFailure(error, place, call, mask);
    }
    const header = (name: string) => answer.headers.get(name) ?? undefined;
    if (answer.status < 200 || answer.status > 299) {
      throw answerFailure({ status: answer.status, text: mask(text), header }, connection, place, call);
    }
    return readAnswer(text, `${place} answered ${call}`, mask);
  }

  return {
    kind,
    address,
    async call(request) {
      const attempts = request.attempts ?? options.attempts ?? defaultAttempts;
      for (let number = 1; ; number++) {
        request.signal?.throwIfAborted();
        try {
          return await attempt(request);
        } catch (error) {
          const waitMs = number < attempts ? delayMs(error, request, number) : undefined;
          if (waitMs === undefined) throw error;
          await sleep(waitMs, request.signal);
        }
      }
    },
  };
}

/** How long to wait before the next attempt; undefined when there should be none. */
function delayMs(error: unknown, request: MlflowRequest, number: number): number | undefined {
  if (!(error instanceof MlflowError) || !error.isPassing || error.kind === "timeout") return undefined;
  const { systemCode, retryAfterMs } = error;
  const isUnsent = error.kind === "rate_limit" || (systemCode !== undefined && unsentCodes.has(systemCode));
  const isSafe = request.method === "GET" || request.isIdempotent === true;
  const isLost = systemCode === "ENOTFOUND" || /CERT|TLS|SSL/.test(systemCode ?? "");
  if (isLost || !(isUnsent || isSafe)) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= longestDelayMs ? retryAfterMs : undefined;
  return firstDelayMs * 2 ** (number - 1) * (0.75 + Math.random() / 2);
}

function readAnswer(text: string, subject: string, mask: SecretMask): JsonObject {
  if (text.trim() === "") return {};
  let json: unknown;
  try {
    json = parseExactJson(text);
  } catch {
    json = undefined;
  }
  if (isJsonObject(json)) return json;
  const isCut = /^\s*\{/.test(text);
  const { message } = serverMessage(mask(text));
  throw new MlflowError(
    isCut ? `${subject} with JSON that is cut off` : `${subject} with something that is not JSON: ${message}`,
    {
      kind: isCut ? "unreadable" : "not_mlflow",
      hint: isCut
        ? "repeat the command; a proxy before the server may cut long answers"
        : "is this the address of an MLflow server, with the path it is served under?",
    },
  );
}

function connectionFailure(error: unknown, place: string, call: string, mask: SecretMask): MlflowError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as { readonly code?: unknown } | null)?.code;
  const systemCode = typeof code === "string" ? code : undefined;
  const reason = mask(systemCode ?? thrownReason(cause));
  const isBroken = systemCode === "ECONNRESET" || systemCode === "UND_ERR_SOCKET" || systemCode === "EPIPE";
  const isTls = /CERT|TLS|SSL/.test(systemCode ?? "");
  return new MlflowError(
    isBroken
      ? `${place} closed the connection before it had answered ${call} (${reason})`
      : `${place} cannot be reached for ${call}: ${reason}`,
    {
      kind: isBroken ? "unreadable" : "unreachable",
      systemCode,
      hint: isTls
        ? "have Node trust the server's certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem"
        : isBroken
          ? "repeat the command; a proxy before the server may limit the size of requests"
          : "is the server running, and is the address right? See tracking.mlflow, MLFLOW_TRACKING_URI or DATABRICKS_HOST",
    },
  );
}

function headersOf(request: MlflowRequest, authorization: string | undefined): Record<string, string> {
  const type = request.upload?.contentType ?? (request.body === undefined ? undefined : "application/json");
  return {
    accept: "application/json",
    ...(type === undefined ? {} : { "content-type": type }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function bodyOf({ body, upload }: MlflowRequest): Pick<FetchInit, "body"> {
  if (upload !== undefined) {
    const { content } = upload;
    return { body: typeof content === "string" ? content : new Uint8Array(content) };
  }
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function queryText(query: MlflowRequest["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === "object" ? value : [String(value)]) search.append(key, one);
  }
  return search.size === 0 ? "" : `?${search}`;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
