import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import type { WireAnswer } from "../loopback-wire.ts";
import type { Expected, Quirk } from "./quirk.ts";
import { geminiError, openaiError, refusesMember } from "./wire-shapes.ts";

const adaptedOnce = { kind: "text", text: "ok", requests: 2, billable: 1, waitsAtMostMs: 0 } as const;
interface Dropped {
  readonly id: string;
  readonly provider: string;
  readonly source: string;
  /** Request member that the provider rejects. */
  readonly member: string;
  readonly parameters: ModelParameters;
  readonly refusal: WireAnswer;
  readonly expect?: Partial<Expected>;
}

function dropped({ id, provider, source, member, parameters, refusal, expect = {} }: Dropped): Quirk {
  return {
    id: `parameter-${id}`,
    provider,
    what: `${member} is not taken`,
    source,
    parameters,
    respond: refusesMember(member, refusal),
    expect: { ...adaptedOnce, lastRequest: { [member]: undefined }, ...expect },
  };
}

const limit = { maxTokens: 50 };

/** Parameters that a provider rejects, and similar errors with other causes. */
export const parameterQuirks: readonly Quirk[] = [
  dropped({
    id: "max-tokens-renamed",
    provider: "OpenAI, Azure",
    source: "stanfordnlp/dspy#7813",
    member: "max_tokens",
    parameters: limit,
    refusal: openaiError(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: "max_tokens", code: "unsupported_parameter" },
    ),
    expect: { lastRequest: { max_tokens: undefined, max_completion_tokens: 50 } },
  }),
  {
    ...dropped({
      id: "max-completion-tokens-renamed",
      provider: "Mistral",
      source: "Mistral API: extra inputs are not permitted",
      member: "max_completion_tokens",
      parameters: limit,
      refusal: {
        status: 422,
        body: {
          object: "error",
          message: {
            detail: [
              {
                type: "extra_forbidden",
                loc: ["body", "max_completion_tokens"],
                msg: "Extra inputs are not permitted",
                input: 50,
              },
            ],
          },
          type: "invalid_request_error",
          code: null,
        },
      },
      expect: { lastRequest: { max_completion_tokens: undefined, max_tokens: 50 } },
    }),
    spec: { name: "gpt-5-mini" },
  },
  dropped({
    id: "temperature-value",
    provider: "OpenAI",
    source: "OpenAI docs: reasoning models",
    member: "temperature",
    parameters: { temperature: 0 },
    refusal: openaiError(
      400,
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      { param: "temperature", code: "unsupported_value" },
    ),
    expect: { adapted: ["temperature"] },
  }),
  dropped({
    id: "temperature-deprecated",
    provider: "Anthropic",
    source: "Anthropic docs: migrating to newer models",
    member: "temperature",
    parameters: { temperature: 0 },
    refusal: {
      status: 400,
      body: {
        type: "error",
        error: { type: "invalid_request_error", message: "`temperature` is deprecated for this model." },
      },
    },
  }),
  dropped({
    id: "stop-xai",
    provider: "xAI",
    source: "xAI docs: reasoning models",
    member: "stop",
    parameters: { stop: ["\n"] },
    refusal: {
      status: 400,
      body: {
        code: "Client specified an invalid argument",
        error: "Argument not supported on this model: stop",
      },
    },
  }),
  dropped({
    id: "penalty-camel-case",
    provider: "xAI",
    source: "xAI docs: reasoning models",
    member: "presence_penalty",
    parameters: { presencePenalty: 0.5 },
    refusal: {
      status: 400,
      body: {
        code: "Client specified an invalid argument",
        error: "Model grok-4 does not support parameter presencePenalty.",
      },
    },
  }),
  dropped({
    id: "stop-bedrock",
    provider: "Bedrock access gateway",
    source: "aws-samples/bedrock-access-gateway: ValidationException",
    member: "stop",
    parameters: { stop: ["\n"] },
    refusal: {
      status: 400,
      body: {
        detail:
          "An error occurred (ValidationException) when calling the Converse operation: This model doesn't support the stopSequences field. Remove stopSequences and try again.",
      },
    },
  }),
  dropped({
    id: "seed-gemini",
    provider: "Gemini",
    source: "Gemini OpenAI compatibility: unknown name",
    member: "seed",
    parameters: { seed: 1 },
    refusal: geminiError(
      400,
      'Invalid JSON payload received. Unknown name "seed": Cannot find field.',
      "INVALID_ARGUMENT",
    ),
  }),
  dropped({
    id: "seed-groq",
    provider: "Groq",
    source: "fanenr/chatbot#21",
    member: "seed",
    parameters: { seed: 1, stop: ["\n"] },
    refusal: openaiError(400, "property 'seed' is unsupported, did you mean 'stop'?"),
    expect: { lastRequest: { seed: undefined, stop: ["\n"] } },
  }),
  dropped({
    id: "response-format",
    provider: "OpenAI",
    source: "OpenAI docs: structured outputs",
    member: "response_format",
    parameters: { responseFormat: { type: "json_object" } },
    refusal: openaiError(
      400,
      "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
      { param: "response_format" },
    ),
  }),
  dropped({
    id: "logprobs",
    provider: "OpenAI",
    source: "OpenAI docs: reasoning models",
    member: "logprobs",
    parameters: { other: { logprobs: true } },
    refusal: openaiError(403, "You are not allowed to request logprobs from this model", {
      param: "logprobs",
    }),
  }),
  {
    ...dropped({
      id: "remembered",
      provider: "OpenAI",
      source: "contract: an adaptation holds for the model",
      member: "temperature",
      parameters: { temperature: 0 },
      refusal: openaiError(400, "Unsupported value: 'temperature' does not support 0 with this model.", {
        param: "temperature",
        code: "unsupported_value",
      }),
      expect: { requests: 4, billable: 3, adapted: ["temperature"] },
    }),
    calls: 3,
  },
];
