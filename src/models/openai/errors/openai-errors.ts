import { ModelError, type ModelErrorKind } from "../../../core/errors.ts";
import { SignInError } from "../../../network/sign-in-error.ts";
import { BodyFault } from "./body-fault.ts";
import { type ErrorFacts, readErrorFacts } from "./error-facts.ts";
import { errorKind, isTooLong } from "./error-kind.ts";
import { type ErrorContext, networkError } from "./network-errors.ts";
import { type HeaderReader, waitMs } from "./wait-hints.ts";

interface StatusError {
  readonly status: number;
  readonly message: string;
  readonly headers?: HeaderReader | undefined;
  /** The `error` member of the body. */
  readonly error?: unknown;
}

const longestReason = 400;

/**
 * Converts any error of a client to ModelError. The original error is not kept as the cause: it holds the body
 * and the request, which may contain a key.
 */
export function translateError(error: unknown, context: ErrorContext): ModelError {
  if (error instanceof ModelError) return error;
  // The client wraps what its source of tokens throws.
  const signIn = error instanceof Error && error.cause instanceof SignInError ? error.cause : error;
  if (signIn instanceof SignInError) return signInError(signIn, context);
  if (error instanceof BodyFault) return bodyFaultError(error, context);
  if (isStatusError(error)) return statusError(error, context);
  return networkError(error, context);
}

/** The request waits for a token, so it was not sent. */
function signInError(
  { kind, message, hint, status, systemCode, retryAfterMs }: SignInError,
  { who, spec, mask }: ErrorContext,
): ModelError {
  const kinds = { refused: "auth", unreachable: "unreachable", passing: passingKind(status) } as const;
  return new ModelError(`${who} was not called: ${mask(message)}`, {
    kind: kinds[kind],
    hint: hint === undefined ? `see resources.llms.${spec.key}` : `${hint} (resources.llms.${spec.key})`,
    ...{ systemCode, retryAfterMs, wasSent: false },
  });
}

function passingKind(status: number | undefined): "connection" | "rate_limit" | "server" {
  if (status === undefined) return "connection";
  return status === 429 ? "rate_limit" : "server";
}

/** The provider's error response; undefined for other errors. */
export function refusalOf(
  error: unknown,
): { readonly status: number; readonly facts: ErrorFacts } | undefined {
  if (error instanceof BodyFault) return { status: error.facts.status ?? 500, facts: error.facts };
  return isStatusError(error) ? { status: error.status, facts: factsOf(error) } : undefined;
}

function isStatusError(error: unknown): error is StatusError {
  return error instanceof Error && typeof (error as { status?: unknown }).status === "number";
}

function factsOf({ error, message }: StatusError): ErrorFacts {
  const facts = readErrorFacts(error);
  if (facts.message !== "" || error !== undefined) return facts;
  return readErrorFacts({ message });
}

function statusError(error: StatusError, context: ErrorContext): ModelError {
  const { status } = error;
  const facts = factsOf(error);
  const kind = errorKind(status, facts);
  return new ModelError(`${context.who} returned ${status}${reasonOf(facts, context)}`, {
    kind,
    status,
    retryAfterMs: waitMs(error.headers, facts, Date.now()),
    providerCode: facts.codes[0],
    hint: isTooLong(status, facts) ? tooLongHint(context) : hintOf(kind, context, facts),
  });
}

/** Kinds that an error inside a 200 may have; all others count as 5xx. */
const reportedKinds: ReadonlySet<ModelErrorKind> = new Set([
  "auth",
  "model_not_found",
  "quota",
  "content_filter",
]);

function bodyFaultError({ facts, usage }: BodyFault, context: ErrorContext): ModelError {
  const found = errorKind(facts.status ?? 500, facts);
  const kind = reportedKinds.has(found) ? found : "server";
  const shown = facts.status === undefined ? "" : ` ${facts.status}`;
  return new ModelError(`${context.who} returned an error${shown}${reasonOf(facts, context)}`, {
    kind,
    status: 200,
    usage,
    retryAfterMs: waitMs(undefined, facts, Date.now()),
    providerCode: facts.codes[0],
    hint: hintOf(kind, context, facts),
  });
}

function reasonOf({ message }: ErrorFacts, { mask }: ErrorContext): string {
  const reason = mask(message).trim();
  return reason === "" ? "" : `: ${reason.slice(0, longestReason)}`;
}

function tooLongHint({ spec }: ErrorContext): string {
  return `the request exceeds the model's context: shorten the prompt or the row's inputs, lower max_tokens, or use a model with a longer context in resources.llms.${spec.key}`;
}

function hintOf(
  kind: ModelErrorKind,
  { spec, keyVariable }: ErrorContext,
  { quotas }: Pick<ErrorFacts, "quotas">,
): string | undefined {
  const place = `resources.llms.${spec.key}`;
  if (kind === "auth") {
    return `check ${keyVariable === undefined ? "" : `${keyVariable}, or `}api_key of ${place}`;
  }
  if (kind === "quota" && quotas.some((quota) => /PerDay/.test(quota)))
    return "the daily quota is used up: continue with --resume after it resets, or raise it with the provider";
  if (kind === "quota") return "the account has no credit left: check plan and billing with the provider";
  if (kind === "model_not_found") {
    const pull = spec.provider === "ollama" ? `; or download it: ollama pull ${spec.name}` : "";
    return `check name ("${spec.name}") and base_url of ${place}${pull}`;
  }
  return undefined;
}
