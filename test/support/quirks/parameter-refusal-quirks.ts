import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireRequest } from "../loopback-answers.ts";
import type { WireAnswer } from "../loopback-wire.ts";
import type { Expected, Quirk } from "./quirk.ts";
import { always, geminiError, openaiError, refusesMember } from "./wire-shapes.ts";

const adaptedOnce = { kind: "text", text: "ok", requests: 2, billable: 1, waitsAtMostMs: 0 } as const;
/** The user's own mistake: no parameter is dropped silently. */
const badRequest = { requests: 1, billable: 0, error: { kind: "bad_request", isFatal: false } } as const;

function hasRole(role: string): (request: WireRequest) => boolean {
  return ({ messages = [] }) => messages.some((message) => message.role === role);
}

function refusesSystem(id: string, provider: string, source: string, refusal: WireAnswer): Quirk {
  const hasSystem = hasRole("system");
  return {
    id: `parameter-${id}`,
    provider,
    what: "the system role is not taken",
    source,
    hasSystem: true,
    respond: (request) => (hasSystem(request) || hasRole("developer")(request) ? refusal : undefined),
    // A server that accepts neither may be tried with `developer` in between.
    expect: { kind: "text", text: "ok", requests: [2, 3], billable: 1 },
  };
}

function mistake(
  id: string,
  provider: string,
  what: string,
  source: string,
  parameters: ModelParameters,
  refusal: WireAnswer,
  requests: Expected["requests"] = 1,
): Quirk {
  const expect = { ...badRequest, requests };
  return { id: `parameter-${id}`, provider, what, source, parameters, respond: always(refusal), expect };
}

const limit = { maxTokens: 50 };

/** Roles, pairs, and errors that only look like a rejected parameter. */
export const parameterRefusalQuirks: readonly Quirk[] = [
  {
    id: "parameter-sampler-pair",
    provider: "Anthropic through LiteLLM",
    what: "temperature and top_p are not taken together: one stays",
    source: "BerriAI/litellm#15097",
    parameters: { temperature: 0, topP: 0.9 },
    respond: (request) =>
      request["temperature"] !== undefined && request["top_p"] !== undefined
        ? openaiError(
            400,
            'litellm.BadRequestError: AnthropicException - {"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model. Please use only one."}}',
            { code: "400" },
          )
        : undefined,
    expect: { ...adaptedOnce, lastRequest: { temperature: 0, top_p: undefined } },
  },
  refusesSystem(
    "system-openai",
    "OpenAI",
    "OpenAI docs: o1-mini",
    openaiError(400, "Unsupported value: 'messages[0].role' does not support 'system' with this model.", {
      param: "messages[0].role",
      code: "unsupported_value",
    }),
  ),
  refusesSystem("system-gemma", "vLLM, Gemma", "vLLM users: System role not supported", {
    status: 400,
    body: {
      object: "error",
      message: "System role not supported",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
  }),
  refusesSystem(
    "system-gemini",
    "Gemini, Gemma",
    "Gemini users: developer instruction is not enabled",
    geminiError(400, "Developer instruction is not enabled for models/gemma-3-27b-it", "INVALID_ARGUMENT"),
  ),
  {
    id: "parameter-two-in-turn",
    provider: "OpenAI, Azure",
    what: "two parameters are refused one after the other",
    source: "OpenAI docs: reasoning models",
    parameters: { temperature: 0, ...limit },
    respond: (request) =>
      refusesMember(
        "max_tokens",
        openaiError(
          400,
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          { param: "max_tokens", code: "unsupported_parameter" },
        ),
      )(request) ??
      refusesMember(
        "temperature",
        openaiError(400, "Unsupported value: 'temperature' does not support 0 with this model.", {
          param: "temperature",
          code: "unsupported_value",
        }),
      )(request),
    expect: {
      ...adaptedOnce,
      requests: 3,
      lastRequest: { temperature: undefined, max_tokens: undefined, max_completion_tokens: 50 },
    },
  },
  mistake(
    "value-too-high",
    "OpenAI",
    "a value is out of range: not unsupported, the user's mistake",
    "OpenAI docs: error codes",
    { temperature: 5 },
    openaiError(
      400,
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 5 instead.",
      { param: "temperature", code: "decimal_above_max_value" },
    ),
  ),
  mistake(
    "limit-too-high",
    "OpenAI",
    "the limit is above the model's: dropping it would pay for more than was allowed",
    "OpenAI docs: error codes",
    { maxTokens: 100_000 },
    openaiError(
      400,
      "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.",
      { param: "max_tokens", code: "invalid_value" },
    ),
  ),
  mistake(
    "refused-for-ever",
    "a gateway",
    "the refusal does not go away with the parameter: no endless round",
    "contract: a parameter is dropped once",
    { temperature: 0 },
    openaiError(400, "Unsupported parameter: 'temperature' is not supported with this model.", {
      param: "temperature",
      code: "unsupported_parameter",
    }),
    [1, 2],
  ),
];
