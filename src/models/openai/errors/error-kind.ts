import type { ModelErrorKind } from "../../../core/errors.ts";
import type { ErrorFacts } from "./error-facts.ts";

/** A pattern that identifies a kind of error. */
interface Sign {
  readonly kind: ModelErrorKind;
  /** If absent, any status matches. */
  readonly statuses?: readonly number[];
  /** Tested against each code. */
  readonly code?: RegExp;
  /** Tested against all texts of the body. */
  readonly text?: RegExp;
}

const refusals = [400, 403, 404, 413, 422];

/**
 * The first matching sign decides. Codes and wordings are those of OpenAI, Azure, Google, Anthropic, Bedrock,
 * Databricks, DeepSeek, Groq, Mistral, OpenRouter, vLLM, Ollama and LiteLLM.
 */
const signs: readonly Sign[] = [
  {
    kind: "content_filter",
    statuses: [400, 403, 422],
    code: /^(content_filter|content_policy_violation|ResponsibleAIPolicyViolation|data_inspection_failed|prohibited_content)$/i,
    text: /content management policy|content filtering policy|requires moderation[\s\S]{0,200}flagged|flagged (by (the )?(moderation|content)|for|as )|content exists risk|ContentPolicyViolation|violat(e|es|ing|ed|ion of) (our |the |its )?(usage|content|safety)[ -](policy|policies|guidelines)|SAFETY_CHECK_TYPE/i,
  },
  // A request larger than the per-minute limit always gets a 429.
  { kind: "bad_request", statuses: [413, 429], text: /request too large for/i },
  {
    kind: "quota",
    code: /insufficient_quota|billing_hard_limit|billing_not_active|insufficient_balance|credit_balance/i,
    text: /credit balance is too low|insufficient (balance|credits|funds)|too many tokens per day|free-models-per-day|billing hard limit|requires? more credits/i,
  },
  { kind: "quota", statuses: [402] },
  {
    kind: "auth",
    code: /^(invalid_api_key|API_KEY_INVALID|authentication_error|invalid_authentication|UnrecognizedClientException|InvalidSignatureException|UNAUTHENTICATED)$/i,
    text: /api[ _-]?key not valid|(incorrect|invalid|missing|expired|wrong|no) (x-)?api[ _-]?key|api[ _-]?key (is |was |has )?(invalid|incorrect|missing|expired|required|revoked)|no auth credentials found|(invalid|expired|missing) (access|bearer|auth(entication)?) token|AuthenticationError|security token included in the request is (invalid|expired)|invalid subscription key|pass a valid api key/i,
  },
  {
    kind: "rate_limit",
    statuses: [400, 403, 413, 500, 503],
    code: /^(rate_limit_exceeded|rateLimitExceeded|RATE_LIMIT_EXCEEDED|ThrottlingException|TooManyRequestsException|REQUEST_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED)$/,
  },
  { kind: "auth", statuses: [401, 403] },
  { kind: "rate_limit", statuses: [429] },
  { kind: "model_not_found", statuses: [404] },
  {
    kind: "model_not_found",
    statuses: refusals,
    code: /^(model_not_found|model_decommissioned|DeploymentNotFound|ModelNotFound|ENDPOINT_NOT_FOUND|OperationNotSupported)$/i,
    text: /\bmodel\b.{0,120}\b(does not exist|not found|has been decommissioned)|\bmodel not exist|no such model|is not a valid model( id)?|unknown model|invalid model( name)?\b|model identifier is invalid|there is no model named/i,
  },
  { kind: "timeout", statuses: [408] },
  // 409 is a lock conflict inside the provider; a retry succeeds.
  { kind: "server", statuses: [409, 425] },
];

/** Classifies a status and an error body. */
export function errorKind(
  status: number,
  facts: Pick<ErrorFacts, "codes" | "text" | "quotas">,
): ModelErrorKind {
  if (facts.quotas.some((quota) => /PerDay/.test(quota))) return "quota";
  // Google: the free plan excludes this model. Its limit is 0, and waiting does not change that.
  if (status === 429 && /\blimit: 0\b/.test(facts.text)) return "quota";
  const found = signs.find((sign) => fits(sign, status, facts));
  return found?.kind ?? (status >= 500 ? "server" : "bad_request");
}

function fits(
  { statuses, code, text }: Sign,
  status: number,
  facts: Pick<ErrorFacts, "codes" | "text">,
): boolean {
  if (statuses !== undefined && !statuses.includes(status)) return false;
  if (code === undefined && text === undefined) return true;
  return (code !== undefined && facts.codes.some((one) => code.test(one))) || text?.test(facts.text) === true;
}

const tooLong =
  /context[_ ]length|context window|maximum context|prompt is too long|input is too long|too many (input )?tokens|input token count|reduce the length of|longer than the model'?s? context/i;

/** Whether the request exceeds the model's context. */
export function isTooLong(status: number, { codes, text }: Pick<ErrorFacts, "codes" | "text">): boolean {
  if (![400, 413, 422, 429].includes(status)) return false;
  return (
    codes.includes("context_length_exceeded") || tooLong.test(text) || /request too large for/i.test(text)
  );
}
