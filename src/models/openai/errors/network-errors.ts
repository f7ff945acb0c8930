import type { ModelSpec } from "../../../contracts/model-spec.ts";
import { ModelError, type ModelErrorKind } from "../../../core/errors.ts";

/** No further attempt can help: the name, the certificate or the address itself is wrong. */
const hopelessCodes: ReadonlySet<string> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_INVALID_URL",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Errors of the way to the endpoint and back: no status came, or the body broke off. */
export function networkError(error: unknown, context: ErrorContext): ModelError {
  const chain = causesOf(error);
  const code = chain.map(codeOf).find((found) => found !== undefined);
  const reason = context.mask(reasonOf(chain, code));
  const place = `resources.llms.${context.spec.key}`;
  const failed = (message: string, kind: ModelErrorKind, hint?: string) =>
    new ModelError(message, { kind, hint, systemCode: code });

  if (chain.some(({ message }) => /to a ByteString|invalid header value/.test(message))) {
    return failed(
      `${context.who} was not called: its API key, or another header, holds a character that HTTP cannot carry`,
      "auth",
      `copy the key again, without typographic quotes and line breaks: ${context.keyVariable === undefined ? "" : `${context.keyVariable}, or `}api_key of ${place}`,
    );
  }
  if (chain.some((cause) => cause instanceof SyntaxError)) {
    return failed(`${context.who} answered with JSON that breaks off or is no JSON: ${reason}`, "malformed");
  }
  if (code !== undefined && hopelessCodes.has(code)) {
    return failed(`${context.who} cannot be reached: ${reason}`, "unreachable", `check base_url of ${place}`);
  }
  if (code !== undefined || chain.some(isFetchFailure)) {
    return failed(`the connection to ${context.who} failed: ${reason}`, "connection");
  }
  return new ModelError(`${context.who} failed: ${reason}`, { kind: "bad_request", cause: error });
}

/** fetch hides what happened in `cause`; several addresses of one name hide it in `errors`. */
function causesOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next: unknown = error;
  while (next instanceof Error && chain.length < 8) {
    chain.push(next);
    next = next instanceof AggregateError && next.errors.length > 0 ? next.errors[0] : next.cause;
  }
  return chain;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function isFetchFailure(error: Error): boolean {
  if (error instanceof TypeError) return /fetch failed|terminated/.test(error.message);
  // APIConnectionTimeoutError too: without a deadline of the client's own, it means no connection came about.
  return error.constructor.name.startsWith("APIConnection");
}

function reasonOf(chain: readonly Error[], code: string | undefined): string {
  const message = chain.at(-1)?.message ?? "unknown reason";
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** What an error message needs besides the error. */
export interface ErrorContext {
  readonly spec: ModelSpec;
  /** For messages: `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly keyVariable?: string | undefined;
  /** Hides the values of secrets. */
  mask(text: string): string;
}
