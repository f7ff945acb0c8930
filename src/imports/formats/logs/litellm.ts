import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  textMember,
  valueIn,
} from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { readOutput } from "../../payload-output.ts";

const members = new Set(
  (
    "id request_id trace_id session_id call_type response_cost spend status custom_llm_provider total_tokens " +
    "prompt_tokens completion_tokens startTime endTime completionStartTime model metadata end_user messages response " +
    "model_parameters error_str error_information proxy_server_request response_time"
  ).split(" "),
);
/** Call types with prompts and answers; the rest are embeddings, images, audio, files and reranking. */
const promptCalls =
  /^a?(completion|text_completion|responses|anthropic_messages|generate_content(_stream)?)$/;

/**
 * LiteLLM: the payload of its logging callbacks (`StandardLoggingPayload`), and the proxy's spend logs
 * (`LiteLLM_SpendLogs`, `/spend/logs`).
 * https://docs.litellm.ai/docs/proxy/logging_spec
 */
export const litellm: ImportFormat = {
  name: "litellm",
  summary: "LiteLLM: StandardLoggingPayload of its callbacks, and spend logs of its proxy",
  recognizes: (value) => isJsonObject(value) && payloadOf(value) !== undefined,
  read: eachValue("litellm", (value) => [partOf(value)]),
};

/** Callbacks receive the payload as a member of their arguments. */
function payloadOf(value: JsonObject): JsonObject | undefined {
  const payload = objectMember(value, "standard_logging_object") ?? value;
  if (textMember(payload, "call_type") === undefined || !("startTime" in payload)) return undefined;
  const isCallback = "response_cost" in payload && "model_parameters" in payload;
  const isSpendLog = "spend" in payload && textMember(payload, "request_id") !== undefined;
  return isCallback || isSpendLog ? payload : undefined;
}

function partOf(value: JsonValue): Part {
  const payload = isJsonObject(value) ? payloadOf(value) : undefined;
  if (payload === undefined) return { problem: "neither a logging payload nor a spend log of LiteLLM" };
  const type = textMember(payload, "call_type") ?? "";
  if (!promptCalls.test(type))
    return { leftOut: `calls of type ${type}`, reason: "they have no prompt and answer" };
  const request = requestOf(payload);
  if (request === undefined)
    return {
      leftOut: "calls without messages",
      reason: "the proxy did not store them (store_prompts_in_spend_logs)",
    };
  return { trace: traceOf(payload, request) };
}

/** The messages, or the body that the proxy received; undefined if neither was stored. */
function requestOf(payload: JsonObject): TraceDraft | undefined {
  const sent = valueIn(payload, "messages");
  const body = objectMember(payload, "proxy_server_request") ?? {};
  const parameters = objectMember(payload, "model_parameters");
  const listed = messagesIn(sent);
  const text = typeof sent === "string" && sent !== "" ? sent : undefined;
  const known = listed ?? (text === undefined ? undefined : [{ role: "user", content: text }]);
  // The system prompt of Anthropic's API is beside the messages.
  const system = body["system"] ?? parameters?.["system"];
  const asked = {
    ...parameters,
    messages: sent ?? null,
    model: payload["model"] ?? "",
    ...defined({ system }),
  };
  const read = readRequestBody(known === undefined ? (objectMember(body, "body") ?? body) : asked);
  if (read !== undefined && (known === undefined || read.kind === "anthropic")) return read.fields;
  return known === undefined ? undefined : { messages: known, ...defined({ parameters }) };
}

function traceOf(payload: JsonObject, request: TraceDraft): TraceDraft {
  const startedAt = instantOf(payload["startTime"]);
  const endedAt = instantOf(payload["endTime"]);
  const usage = defined({
    inputTokens: numberMember(payload, "prompt_tokens"),
    outputTokens: numberMember(payload, "completion_tokens"),
  });
  const metadata = objectMember(payload, "metadata");
  const information =
    objectMember(payload, "error_information") ?? objectMember(metadata ?? {}, "error_information") ?? {};
  const message = textMember(payload, "error_str") ?? textMember(information, "error_message");
  const isFailed = textMember(payload, "status") === "failure";
  const response = valueIn(payload, "response");
  const isAnswered = !isFailed && !(isJsonObject(response) && Object.keys(response).length === 0);
  const code = textMember(information, "error_code");
  return {
    traceId: textMember(payload, "id", "request_id"),
    chainId: textMember(payload, "trace_id"),
    chatId: textMember(payload, "session_id"),
    startedAt,
    endedAt,
    latencyMs: elapsedMs(startedAt, endedAt),
    ...request,
    ...(isAnswered ? readOutput(response) : {}),
    ...(Object.keys(usage).length === 0 ? {} : { usage }),
    model: textMember(payload, "model") ?? request.model,
    provider: textMember(payload, "custom_llm_provider"),
    costUsd: numberMember(payload, "response_cost", "spend"),
    user: textMember(payload, "end_user"),
    metadata,
    ...(isFailed
      ? recordedErrorFields({
          message: message ?? "the call failed",
          ...(code === undefined ? {} : { code: /^\d+$/.test(code) ? Number(code) : code }),
        })
      : {}),
    other: leftovers("litellm", payload, members),
  };
}
