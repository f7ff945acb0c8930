import { readToolCalls } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { Template, TemplateMessage } from "../../core/prompt/prompt.ts";
import { renderTemplate } from "../../core/template/template.ts";
import { recordedErrorFields } from "../../traces/error-fields.ts";
import { eventProblem } from "../../traces/libretto/trace-of-event.ts";
import { readAnswerFields } from "../../traces/openai/read-answer.ts";
import {
  eachValue,
  type ImportFormat,
  type ImportItem,
  type Part,
  type TraceDraft,
} from "../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember } from "../json-members.ts";
import { usageFields } from "../payload-output.ts";
import type { SourceFile } from "../source/source-file.ts";
import { isLibrettoFeedback, librettoFeedbackProblem, readLibrettoFeedback } from "./libretto-feedback.ts";

/** Includes the members with API keys, which must not be stored. */
const members = new Set(
  (
    "apiName promptTemplateName apiKey projectKey params prompt promptTemplateChat promptTemplateText promptEventId " +
    "modelParameters response rawResponse responseMetrics responseErrors responseTime tools toolCalls chatId chainId " +
    "context feedbackKey timestamp createdAt"
  ).split(" "),
);

/**
 * Bodies of Libretto's `/event` and `/feedback`, one per line, as its TypeScript and Python clients send
 * them. Feedback is matched to the event with its key, in any order.
 */
export const libretto: ImportFormat = {
  name: "libretto",
  summary: "events and feedback of Libretto's clients",
  recognizes: (value) => isEvent(value) || isLibrettoFeedback(value),
  read: readLibretto,
};

function isEvent(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    "modelParameters" in value &&
    ("promptTemplateChat" in value || "promptTemplateText" in value || "apiName" in value)
  );
}

const readEvents = eachValue("libretto", parts);

async function* readLibretto(files: readonly SourceFile[]): AsyncGenerator<ImportItem> {
  const feedbackByKey = await readLibrettoFeedback(files);
  for await (const item of readEvents(files)) {
    const key = item.kind === "trace" ? (item.trace.feedbackKey ?? item.trace.eventId) : undefined;
    const feedback = feedbackByKey.get(key ?? "")?.map((one) => one.feedback);
    if (item.kind !== "trace" || feedback === undefined) yield item;
    else yield { ...item, trace: { ...item.trace, feedback } };
  }
  for (const [key, all] of feedbackByKey) {
    for (const { feedback, place } of all) yield { kind: "feedback", key, feedback, place };
  }
}

function* parts(value: JsonValue): Generator<Part> {
  if (!isLibrettoFeedback(value)) yield partOf(value);
  else {
    const problem = librettoFeedbackProblem(value);
    if (problem !== undefined) yield { problem };
  }
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "an event is an object" };
  const inputs = value["params"] ?? {};
  if (!isJsonObject(inputs)) return { problem: "params is not an object of variables" };
  const problem = eventProblem(value);
  if (problem !== undefined) return { problem };
  const template = templateOf(value);
  if (template === null)
    return { problem: "promptTemplateChat is not a list of messages with role and content" };
  return { trace: eventTrace(value, inputs, template) };
}

function eventTrace(value: JsonObject, inputs: JsonObject, template: Template | undefined): TraceDraft {
  const { modelProvider, modelType: _, model, ...parameters } = objectMember(value, "modelParameters") ?? {};
  const path = textMember(value, "apiName", "promptTemplateName");
  const raw = objectMember(value, "rawResponse");
  const metrics = objectMember(value, "responseMetrics") ?? {};
  const calls = readToolCalls(value["toolCalls"]);
  const [failure] = Array.isArray(value["responseErrors"]) ? value["responseErrors"] : [];
  const hasInputs = Object.keys(inputs).length > 0;
  const answer =
    raw === undefined ? {} : readAnswerFields("choices" in raw ? endpointOf(value) : "responses", raw);
  // `response` includes thinking, unless the body separated it from the answer.
  const isRead = answer.reasoning !== undefined && typeof answer.output === "string";
  const rest = value["tools"] === undefined ? parameters : { ...parameters, tools: value["tools"] };
  return {
    eventId: textMember(value, "promptEventId"),
    feedbackKey: textMember(value, "feedbackKey"),
    chatId: textMember(value, "chatId"),
    chainId: textMember(value, "chainId"),
    name: path,
    startedAt: instantOf(value["timestamp"] ?? value["createdAt"]),
    ...(path === undefined && template === undefined
      ? {}
      : {
          prompt: {
            ...defined({ path, template }),
          },
        }),
    ...(hasInputs ? { inputs } : {}),
    messages: messagesOf(template, inputs),
    ...usageFields(metrics["usage"]),
    ...answer,
    ...(typeof value["response"] === "string" && !isRead ? { output: value["response"] } : {}),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    finishReason: textMember(metrics, "finish_reason") ?? answer.finishReason,
    model: typeof model === "string" ? model : undefined,
    provider: typeof modelProvider === "string" ? modelProvider : undefined,
    ...(Object.keys(rest).length === 0 ? {} : { parameters: rest }),
    latencyMs: numberMember(value, "responseTime"),
    ...(failure === undefined ? {} : recordedErrorFields(failure)),
    metadata: objectMember(value, "context"),
    other: leftovers("libretto", value, members),
  };
}

function endpointOf(value: JsonObject): "chat" | "completion" {
  return objectMember(value, "modelParameters")?.["modelType"] === "completion" ? "completion" : "chat";
}

/** Null if it is invalid. Libretto's `{name}` becomes `{{name}}`, its role `ai` becomes `assistant`. */
function templateOf(value: JsonObject): Template | null | undefined {
  const text = value["promptTemplateText"];
  if (typeof text === "string") return doubled(text);
  const chat = value["promptTemplateChat"];
  if (chat === undefined || chat === null) return undefined;
  if (!Array.isArray(chat)) return null;
  const messages = chat.map((message: JsonValue): TemplateMessage | undefined => {
    if (!isJsonObject(message) || typeof message["role"] !== "string") return undefined;
    const { role, content } = message;
    return {
      role: role === "ai" ? "assistant" : role,
      content: doubled(typeof content === "string" ? content : JSON.stringify(content ?? "")),
    };
  });
  return messages.every((message) => message !== undefined) ? messages : null;
}

/** Unescapes braces. Other braces around a name are a variable. */
function doubled(text: string): string {
  return text.replace(
    /\\([{}])|\{([\w[\].]+)\}/g,
    (_, brace: string | undefined, name: string | undefined) => (brace === undefined ? `{{${name}}}` : brace),
  );
}

/** Raw messages in place of a template have no variables, so they render unchanged. */
function messagesOf(template: Template | undefined, inputs: JsonObject): TraceDraft["messages"] {
  if (template === undefined) return undefined;
  try {
    return renderTemplate(template, "default", inputs);
  } catch (error) {
    if (isDaoOptError(error)) return undefined;
    throw error;
  }
}
