import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Trace } from "../../../core/trace.ts";
import { objectsOf, parametersBeside } from "../../bodies/native-parts.ts";
import { readAnswerBody, readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import {
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  parsedMember,
  textMember,
  valueIn,
} from "../../json-members.ts";

const members = new Set("timestamp requestId modelId input output errorCode requestMetadata".split(" "));
const eventMembers = ["message", "@message", "Message"];

/**
 * Amazon Bedrock's model invocation logs, as in S3 (JSON Lines, gzip) and in exports of CloudWatch Logs, where each
 * record is the text of an event.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 */
export const bedrock: ImportFormat = {
  name: "bedrock",
  summary: "Amazon Bedrock model invocation logs: S3 and CloudWatch JSON",
  recognizes: (value) => isJsonObject(value) && recordsIn(value).length > 0,
  read: eachValue("bedrock", parts),
};

function recordsIn(value: JsonObject): readonly JsonObject[] {
  const events = [value["events"], value["logEvents"]].find(Array.isArray);
  if (events !== undefined) return objectsOf(events).flatMap(recordsIn);
  const one = objectMember(value, ...eventMembers) ?? value;
  const isLog = one["schemaType"] === "ModelInvocationLog" && isJsonObject(one["input"]);
  return isLog ? [one] : [];
}

function* parts(value: JsonValue): Generator<Part> {
  const records = isJsonObject(value) ? recordsIn(value) : [];
  if (records.length === 0) yield { problem: "not a model invocation log (schemaType, input, output)" };
  for (const record of records) yield partOf(record);
}

function partOf(record: JsonObject): Part {
  const input = objectMember(record, "input") ?? {};
  const output = objectMember(record, "output") ?? {};
  const request = objectMember(input, "inputBodyJson");
  if (request === undefined) {
    const isElsewhere = textMember(input, "inputBodyS3Path") !== undefined;
    const reason = isElsewhere ? "the body is in another object (inputBodyS3Path)" : "no inputBodyJson";
    return { leftOut: "invocations without their body", reason };
  }
  const read = requestFields(request);
  if (read === undefined) {
    const isEmbedding = /embed/i.test(textMember(record, "modelId") ?? "");
    return isEmbedding
      ? { leftOut: "calls of embeddings", reason: "they have no prompt" }
      : { problem: `request of an unknown shape for ${textMember(record, "modelId") ?? "a model"}` };
  }
  const answer = answerFields(valueIn(output, "outputBodyJson"));
  if (answer === undefined)
    return { problem: `answer of an unknown shape from ${textMember(record, "modelId") ?? "a model"}` };
  const usage = defined({
    inputTokens: numberMember(input, "inputTokenCount"),
    outputTokens: numberMember(output, "outputTokenCount"),
  });
  const error = textMember(record, "errorCode");
  return {
    trace: {
      traceId: textMember(record, "requestId"),
      startedAt: instantOf(record["timestamp"]),
      provider: "bedrock",
      ...read,
      ...(Object.keys(usage).length === 0 ? {} : { usage }),
      ...answer,
      model: modelName(textMember(record, "modelId")) ?? read.model,
      metadata: objectMember(record, "requestMetadata"),
      ...(error === undefined ? {} : { error, errorCode: error }),
      other: leftovers("bedrock", record, members),
    },
  };
}

/** The name of a model or an inference profile; ARNs end in it. */
function modelName(id: string | undefined): string | undefined {
  return id?.startsWith("arn:") === true ? id.slice(id.lastIndexOf("/") + 1) : id;
}

/** Members with the prompt in the bodies of Llama and Mistral, Titan, and Cohere. */
const promptMembers = ["prompt", "inputText", "message"];

function requestFields(body: JsonObject): Partial<Trace> | undefined {
  const read = readRequestBody(body);
  if (read !== undefined && typeof body["prompt"] !== "string") return read.fields;
  const prompt = textMember(body, ...promptMembers);
  if (prompt === undefined || "dimensions" in body || "embeddingTypes" in body) return undefined;
  const parameters = parametersBeside(body, ...promptMembers);
  return {
    messages: [{ role: "user", content: prompt }],
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** Undefined if there is an answer of an unknown shape. A stream is logged as the list of its parts. */
function answerFields(sent: JsonValue | undefined): Partial<Trace> | undefined {
  const body = parsedMember(sent);
  if (body === undefined || body === null) return {};
  const read = readAnswerBody(body);
  if (read !== undefined) return read.fields;
  if (isJsonObject(body)) return textAnswer(body);
  if (!Array.isArray(body) || body.length === 0) return undefined;
  const texts = objectsOf(body).map(textAnswer);
  if (texts.some((one) => one === undefined) || texts.length < body.length) return undefined;
  const finishReason = texts.findLast((one) => one?.finishReason !== undefined)?.finishReason;
  return { output: texts.map((one) => one?.output ?? "").join(""), ...defined({ finishReason }) };
}

/** The answers of Llama, Titan, Mistral and Cohere. */
function textAnswer(body: JsonObject): Partial<Trace> | undefined {
  const [inner = body] = [body["results"], body["outputs"], body["generations"]].flatMap(objectsOf);
  const output = [inner["generation"], inner["outputText"], inner["text"], inner["completion"]].find(
    (one) => typeof one === "string",
  );
  if (typeof output !== "string") return undefined;
  const finishReason = textMember(inner, "stop_reason", "completionReason", "finish_reason");
  return { output, ...defined({ finishReason }) };
}
