import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { recordedErrorFields } from "../../../traces/error-fields.ts";
import { readAnswerFields } from "../../../traces/openai/read-answer.ts";
import { readRequestFields, tracedEndpoint } from "../../../traces/openai/read-request.ts";
import {
  completeTrace,
  type FilePlace,
  type ImportFormat,
  type ImportItem,
  placeIn,
  type TraceDraft,
} from "../../import-format.ts";
import { instantOf, leftovers, objectMember, textMember } from "../../json-members.ts";
import { readValues } from "../../source/read-values.ts";
import type { SourceFile } from "../../source/source-file.ts";

const requestMembers = new Set(["custom_id", "method", "url", "body"]);
const answerMembers = new Set(["id", "custom_id", "response", "error"]);

/**
 * OpenAI's Batch API: joins the input file (`custom_id`, `url`, `body`) by `custom_id` with the output and
 * error files (`custom_id`, `response`, `error`), in any order.
 */
export const openaiBatch: ImportFormat = {
  name: "openai-batch",
  summary: "OpenAI batch files: the input together with its output and error file",
  recognizes: (value) =>
    isJsonObject(value) &&
    typeof value["custom_id"] === "string" &&
    (isJsonObject(value["body"]) || "response" in value),
  read: readBatch,
};

interface Answer {
  readonly value: JsonObject;
  readonly place: FilePlace;
}

async function* readBatch(files: readonly SourceFile[]): AsyncGenerator<ImportItem> {
  const answers = new Map<string, Answer>();
  let isAnyRequest = false;
  // A batch has at most 50,000 calls: its answers are kept in memory, its requests are streamed.
  for (const file of files) {
    for await (const read of readValues(file)) {
      const place = placeIn(file, read.line);
      if ("problem" in read) yield { kind: "problem", message: read.problem, place };
      else if (!isJsonObject(read.value) || typeof read.value["custom_id"] !== "string") {
        yield { kind: "problem", message: "custom_id is missing", place };
      } else if (isJsonObject(read.value["body"])) isAnyRequest = true;
      else if ("response" in read.value || "error" in read.value) {
        answers.set(read.value["custom_id"], { value: read.value, place });
      } else yield { kind: "problem", message: "neither a request (body) nor an answer (response)", place };
    }
  }
  if (!isAnyRequest) yield* unanswerable(answers);
  for (const file of isAnyRequest ? files : []) {
    for await (const read of readValues(file)) {
      if ("problem" in read || !isJsonObject(read.value) || !isJsonObject(read.value["body"])) continue;
      const id = textMember(read.value, "custom_id");
      if (id === undefined) continue;
      const answer = answers.get(id);
      answers.delete(id);
      const draft = traceOf(read.value, answer?.value);
      const origin = { format: "openai-batch", value: read.value, file, place: placeIn(file, read.line) };
      if (draft === undefined) {
        const url = String(read.value["url"]);
        yield {
          kind: "problem",
          message: `${url} is not an endpoint with prompts`,
          place: origin.place,
        };
      } else yield { kind: "trace", trace: completeTrace(draft, 0, origin), place: origin.place };
    }
  }
  if (!isAnyRequest) return;
  for (const [id, { place }] of answers) {
    yield { kind: "problem", message: `no request has the custom_id ${id}`, place };
  }
}

function* unanswerable(answers: ReadonlyMap<string, Answer>): Generator<ImportItem> {
  for (const { place } of answers.values()) {
    yield {
      kind: "problem",
      message: "an answer without its request; import the batch's input file too",
      place,
    };
  }
}

function traceOf(request: JsonObject, answer: JsonObject | undefined): TraceDraft | undefined {
  const url = textMember(request, "url") ?? "/v1/chat/completions";
  const endpoint = tracedEndpoint(url.replace(/^.*?\/v\d+(?=\/)/, ""));
  if (endpoint === undefined) return undefined;
  const response = answer === undefined ? undefined : objectMember(answer, "response");
  const body = response === undefined ? undefined : objectMember(response, "body");
  const error = answer?.["error"] ?? body?.["error"];
  const isFailed = error !== undefined && error !== null;
  return {
    traceId: answer === undefined ? undefined : textMember(answer, "id"),
    eventId: textMember(request, "custom_id"),
    provider: "openai",
    startedAt: instantOf(body?.["created"] ?? body?.["created_at"]),
    ...readRequestFields(endpoint, objectMember(request, "body") ?? {}),
    ...(body === undefined || isFailed ? {} : readAnswerFields(endpoint, body)),
    ...(isFailed ? batchError(error, response) : {}),
    other: leftovers(
      "openai_batch",
      { ...request, ...answer },
      new Set([...requestMembers, ...answerMembers]),
    ),
  };
}

function batchError(error: JsonValue, response: JsonObject | undefined): TraceDraft {
  const status = response?.["status_code"];
  const isErrorStatus = typeof status === "number" && status >= 400;
  return { ...recordedErrorFields(error), ...(isErrorStatus ? { errorStatus: status } : {}) };
}
