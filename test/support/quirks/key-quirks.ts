import type { Quirk } from "./quirk.ts";
import { refused } from "./refused.ts";
import { geminiError, openaiError } from "./wire-shapes.ts";

const wrongKey = { requests: 1, billable: 0, error: { kind: "auth", isFatal: true } } as const;
const unknownModel = { requests: 1, billable: 0, error: { kind: "model_not_found", isFatal: true } } as const;
const keyDetails = [
  {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "API_KEY_INVALID",
    domain: "googleapis.com",
    metadata: { service: "generativelanguage.googleapis.com" },
  },
];
const geminiKey = geminiError(
  400,
  "API key not valid. Please pass a valid API key.",
  "INVALID_ARGUMENT",
  keyDetails,
);

/** Invalid keys and unknown models. */
export const keyQuirks: readonly Quirk[] = [
  refused(
    "key-gemini",
    "Gemini",
    "a wrong key is 400, in a list",
    "cequence-io/openai-scala-client#109",
    geminiKey,
    wrongKey,
  ),
  refused(
    "key-gemini-nested",
    "a gateway before Gemini",
    "the whole error is the text of another",
    "continuedev/continue#10290",
    {
      status: 400,
      body: {
        error: {
          message: JSON.stringify((geminiKey.body as readonly unknown[])[0], null, 2),
          code: 400,
          status: "Bad Request",
        },
      },
    },
    { ...wrongKey, error: { ...wrongKey.error, matches: /API key not valid/, hides: /@type/ } },
  ),
  refused(
    "key-openai",
    "OpenAI",
    "401 invalid_api_key",
    "OpenAI docs: error codes",
    openaiError(401, "Incorrect API key provided: sk-a.", { code: "invalid_api_key" }),
    wrongKey,
  ),
  refused(
    "key-anthropic",
    "Anthropic",
    "401 authentication_error inside type error",
    "Anthropic docs: errors",
    {
      status: 401,
      body: { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } },
    },
    { ...wrongKey, error: { ...wrongKey.error, matches: /invalid x-api-key/ } },
  ),
  refused(
    "key-xai",
    "xAI",
    "a wrong key is 400 with the reason as a text",
    "xAI users: Incorrect API key provided",
    {
      status: 400,
      body: {
        code: "Client specified an invalid argument",
        error: "Incorrect API key provided: xa***gh. You can obtain an API key from https://console.x.ai.",
      },
    },
    { ...wrongKey, error: { ...wrongKey.error, matches: /Incorrect API key/ } },
  ),
  refused(
    "key-databricks",
    "Databricks",
    "403 with error_code",
    "Databricks docs: API errors",
    { status: 403, body: { error_code: "403", message: "Invalid access token." } },
    { ...wrongKey, error: { ...wrongKey.error, matches: /Invalid access token/ } },
  ),
  refused(
    "key-bedrock-gateway",
    "Bedrock access gateway",
    "401 with detail",
    "Bedrock access gateway: FastAPI detail",
    { status: 401, body: { detail: "Invalid API Key" } },
    { ...wrongKey, error: { ...wrongKey.error, matches: /Invalid API Key/ } },
  ),
  refused(
    "model-ollama",
    "Ollama",
    "404: the model is not pulled",
    "Ollama docs: OpenAI compatibility",
    {
      status: 404,
      body: {
        error: {
          message: 'model "gpt-4o-mini" not found, try pulling it first',
          type: "api_error",
          param: null,
          code: null,
        },
      },
    },
    unknownModel,
  ),
  refused(
    "model-azure",
    "Azure",
    "404 DeploymentNotFound",
    "Azure OpenAI docs: deployments",
    openaiError(404, "The API deployment for this resource does not exist.", { code: "DeploymentNotFound" }),
    unknownModel,
  ),
  refused(
    "model-gemini",
    "Gemini",
    "404 in a list",
    "n4ze3m/page-assist#406",
    geminiError(404, "models/gemini-0 is not found for API version v1main", "NOT_FOUND"),
    { ...unknownModel, error: { ...unknownModel.error, matches: /models\/gemini-0 is not found/ } },
  ),
];
