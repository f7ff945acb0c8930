import type { ModelSpec } from "../../../contracts/model-spec.ts";
import { ModelError, type ModelErrorKind } from "../../../core/errors.ts";

/** Retrying cannot help: the name, the certificate or the address is wrong. */
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

/** Converts connection errors: no status arrived, or the body was cut off. */
export function networkError(error: unknown, context: ErrorContext): ModelError {
  const chain = causesOf(error);
  const code = chain.map(codeOf).find((found) => found !== undefined);
  const reason = context.mask(reasonOf(chain, code));
  const place = `resources.llms.${context.spec.key}`;
  const failed = (message: string, kind: ModelErrorKind, hint?: string) =>
    new ModelError(message, { kind, hint, systemCode: code });

  if (chain.some(({ message }) => /to a ByteString|invalid header value/.test(message))) {
    return failed(
      `${context.who} was not called: its API key or another header contains a character that HTTP does not allow`,
      "auth",
      `copy the key again, without typographic quotes and line breaks: ${context.keyVariable === undefined ? "" : `${context.keyVariable}, or `}api_key of ${place}`,
    );
  }
  if (chain.some((cause) => cause instanceof SyntaxError)) {
    return failed(`${context.who} returned truncated or invalid JSON: ${reason}`, "malformed");
  }
  if (code !== undefined && hopelessCodes.has(code)) {
    return failed(
      `${context.who} could not be reached: ${reason}`,
      "unreachable",
      `check base_url of ${place}`,
    );
  }
  if (code !== undefined || chain.some(isFetchFailure)) {
    return failed(`the connection to ${context.who} failed: ${reason}`, "connection");
  }
  return new ModelError(`${context.who} failed: ${reason}`, { kind: "bad_request", cause: error });
}

/** fetch puts the reason in `cause`, or in `errors` for a name with several addresses. */
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
  // Includes APIConnectionTimeoutError: the client has no deadline of its own, so it means that no connection
  // was made.
  return error.constructor.name.startsWith("APIConnection");
}

function reasonOf(chain: readonly Error[], code: string | undefined): string {
  const message = chain.at(-1)?.message ?? "unknown reason";
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** Context needed for an error message. */
export interface ErrorContext {
  readonly spec: ModelSpec;
  /** Name for messages, for example `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly keyVariable?: string | undefined;
  /** Masks secret values. */
  mask(text: string): string;
}
