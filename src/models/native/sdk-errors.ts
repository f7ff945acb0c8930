import { unwrapBody } from "../../core/answer/answer-fault.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import { ModelError } from "../../core/errors.ts";
import { bodyFault } from "../openai/errors/body-fault.ts";
import type { ErrorContext } from "../openai/errors/network-errors.ts";

/** The members that are read of any error of the AI SDK; its classes are not imported, as several majors may be there. */
interface SdkError extends Error {
  readonly statusCode?: unknown;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly responseBody?: string | undefined;
  readonly data?: unknown;
}

const badRequests: ReadonlySet<string> = new Set([
  "AI_UnsupportedFunctionalityError",
  "AI_InvalidPromptError",
  "AI_InvalidArgumentError",
]);
const unreadable: ReadonlySet<string> = new Set([
  "AI_TypeValidationError",
  "AI_JSONParseError",
  "AI_InvalidResponseDataError",
  "AI_EmptyResponseBodyError",
  "AI_NoContentGeneratedError",
]);

/**
 * Converts an error of a provider package to the form that the one translator of errors reads: a status, headers and
 * a body; an error in a 200; or the failed connection that caused it.
 */
export function readableError(error: unknown, { who, spec, keyVariable }: ErrorContext): unknown {
  if (error instanceof ModelError) return error;
  if (!(error instanceof Error)) return streamError(error, who);
  const { statusCode, responseHeaders, responseBody, cause } = error as SdkError;
  const place = `resources.llms.${spec.key}`;
  if (typeof statusCode === "number" && statusCode >= 300) {
    return Object.assign(new Error(error.message), {
      status: statusCode,
      headers: headersOf(responseHeaders),
      error: errorBody(error),
    });
  }
  const connection = connectionFailure(error);
  if (connection !== undefined) return connection;
  if (
    error.name === "AI_LoadAPIKeyError" ||
    error.name === "AI_LoadSettingError" ||
    noCredentials.test(error.message)
  ) {
    return new ModelError(`${who} was not called: ${error.message}`, {
      kind: "auth",
      hint: `set ${keyVariable === undefined ? "" : `${keyVariable}, or `}api_key of ${place}`,
    });
  }
  if (error.name === "AI_NoSuchModelError")
    return new ModelError(`${who}: ${error.message}`, {
      kind: "model_not_found",
      hint: `check name of ${place}`,
    });
  if (badRequests.has(error.name))
    return new ModelError(`${who} was not called: ${error.message}`, { kind: "bad_request" });
  const fault = responseBody === undefined ? undefined : bodyFault(unwrapBody(responseBody));
  if (fault !== undefined) return fault;
  if (typeof statusCode === "number" || unreadable.has(error.name)) {
    const shown = responseBody === undefined ? "" : `: ${responseBody.replace(/\s+/g, " ").slice(0, 120)}`;
    return new ModelError(`${who} returned no answer that can be read${shown}`, {
      kind: "malformed",
      hint: `check base_url of ${place}`,
    });
  }
  return cause instanceof ModelError ? cause : error;
}

/** An error inside a stream is no Error but the provider's own object. */
function streamError(error: unknown, who: string): Error {
  const given = isJsonObject(error) && isJsonObject(error["error"]) ? error["error"] : error;
  const body = isJsonObject(given) ? given : { message: String(given) };
  return Object.assign(new Error(`${who} ended its answer with an error`), { error: body });
}

function headersOf(headers: SdkError["responseHeaders"]) {
  return { get: (name: string) => headers?.[name.toLowerCase()] ?? null };
}

/** Bedrock names the kind of an error in a header, all others in the body. */
function errorBody({ responseBody = "", responseHeaders }: SdkError): unknown {
  const body = unwrapBody(responseBody);
  const type = responseHeaders?.["x-amzn-errortype"]?.split(":")[0];
  const named: JsonObject = isJsonObject(body) ? body : { message: responseBody };
  return type === undefined ? (body === "" ? named : body) : { __type: type, ...named };
}

/** Wordings of google-auth-library and of the AWS packages. */
const noCredentials =
  /could not load the default credentials|unable to detect a project id|could not (refresh|load) (the )?(access token|credentials)|credential provider failed/i;

const deepest = 8;

/** The failed connection in a chain of causes: no answer arrived, or it was cut off. */
function connectionFailure(error: Error): Error | undefined {
  let next: unknown = error;
  for (let depth = 0; next instanceof Error && depth < deepest; depth++) {
    const { code } = next as { readonly code?: unknown };
    if (
      typeof code === "string" &&
      /^(E[A-Z]+|UND_ERR_\w+|CERT_\w+|ERR_(TLS|INVALID_URL)\w*|\w*SELF_SIGNED\w*|UNABLE_\w+)$/.test(code)
    )
      return next;
    if (next instanceof TypeError && /fetch failed|terminated|ByteString/.test(next.message)) return next;
    next = next.cause;
  }
  return undefined;
}
