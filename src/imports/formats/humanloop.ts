import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Template, TemplateMessage } from "../../core/prompt/prompt.ts";
import { messageFields } from "../../traces/answer-of-trace.ts";
import {
  eachValue,
  type ImportFormat,
  type ImportItem,
  type Part,
  type TraceDraft,
} from "../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  textMember,
  valueIn,
} from "../json-members.ts";
import { messageOf, messagesIn } from "../payload-message.ts";
import { feedbackOfScore, isShare } from "../score-feedback.ts";
import { openSourceFile, type SourceFile } from "../source/source-file.ts";

const logMembers = new Set(
  (
    "id log_id prompt inputs messages output output_message prompt_tokens output_tokens reasoning_tokens prompt_cost " +
    "output_cost finish_reason error created_at start_time end_time provider_latency stdout provider_request " +
    "provider_response source metadata source_datapoint_id trace_parent_id trace_id user environment"
  ).split(" "),
);

/**
 * Reads the folder that `humanloop-export` writes (`files/<id>/logs/N.jsonl`,
 * `datapoints/<version>/N.jsonl`), and single files of such lines. `dao-opt registry import` imports its
 * prompts, versions and deployments.
 */
export const humanloop: ImportFormat = {
  name: "humanloop",
  summary: "logs and datapoints in the folder of Humanloop's official export",
  recognizes: (value) =>
    isJsonObject(value) &&
    isJsonObject(value["prompt"]) &&
    textMember(objectMember(value, "prompt") ?? {}, "version_id") !== undefined,
  recognizesFolder: async (path) => (await exportedFiles(path)).length > 0,
  read: readHumanloop,
};

const readLines = eachValue("humanloop", (value) => [partOf(value)]);

async function* readHumanloop(files: readonly SourceFile[]): AsyncGenerator<ImportItem> {
  for (const file of files) {
    if (file.layout !== "folder") yield* readLines([file]);
    else yield* readFolder(file);
  }
}

async function* readFolder(folder: SourceFile): AsyncGenerator<ImportItem> {
  for (const path of await exportedFiles(folder.path)) {
    const name = `${folder.name}${path.slice(folder.path.length)}`;
    const type = await typeOf(path);
    if (type === undefined) {
      yield { kind: "problem", message: "file.json is missing or not JSON", place: { file: name } };
    }
    for (const part of ["logs", "datapoints"]) {
      for (const lines of await linesUnder(join(path, part))) {
        yield* readLines([await openSourceFile(lines, `${folder.name}${lines.slice(folder.path.length)}`)]);
      }
    }
  }
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a log is an object" };
  if ("target" in value && !("output" in value)) return datapointPart(value);
  if (textMember(value, "id", "log_id") === undefined) return { problem: "id is missing" };
  return { trace: logTrace(value) };
}

function logTrace(value: JsonObject): TraceDraft {
  const prompt = objectMember(value, "prompt") ?? objectMember(value, "agent");
  const message = isJsonObject(value["output_message"]) ? messageOf(value["output_message"]) : undefined;
  const answer = messageFields(message);
  const latency = numberMember(value, "provider_latency");
  const promptCostUsd = numberMember(value, "prompt_cost");
  const outputCostUsd = numberMember(value, "output_cost");
  const startedAt = instantOf(value["start_time"] ?? value["created_at"]);
  const endedAt = instantOf(value["end_time"]);
  const inputs = objectMember(value, "inputs");
  const usage = {
    inputTokens: numberMember(value, "prompt_tokens"),
    outputTokens: numberMember(value, "output_tokens"),
    reasoningTokens: numberMember(value, "reasoning_tokens"),
  };
  const known = Object.entries(usage).filter(([, count]) => count !== undefined);
  return {
    traceId: textMember(value, "id", "log_id"),
    parentId: textMember(value, "trace_parent_id"),
    chainId: textMember(value, "trace_id"),
    name: textMember(prompt ?? {}, "name"),
    ...(prompt === undefined ? {} : { prompt: promptOf(prompt) }),
    inputs: inputs === undefined || Object.keys(inputs).length === 0 ? undefined : inputs,
    messages: messagesIn(value["messages"]),
    ...answer,
    ...(typeof value["output"] === "string" && answer.reasoning === undefined
      ? { output: value["output"] }
      : {}),
    model: textMember(prompt ?? {}, "model"),
    provider: textMember(prompt ?? {}, "provider"),
    ...(known.length === 0 ? {} : { usage: Object.fromEntries(known) }),
    promptCostUsd,
    outputCostUsd,
    costUsd:
      promptCostUsd === undefined || outputCostUsd === undefined ? undefined : promptCostUsd + outputCostUsd,
    finishReason: textMember(value, "finish_reason"),
    error: textMember(value, "error"),
    startedAt,
    endedAt,
    latencyMs: elapsedMs(startedAt, endedAt),
    providerLatencyMs: latency === undefined ? undefined : Math.round(latency * 1000),
    stdout: textMember(value, "stdout"),
    providerRequest: valueIn(value, "provider_request"),
    providerResponse: valueIn(value, "provider_response"),
    user: textMember(value, "user"),
    environment: textMember(value, "environment"),
    metadata: objectMember(value, "metadata"),
    sourceDatapointId: textMember(value, "source_datapoint_id"),
    feedback: ratingsOf(value["evaluator_logs"]),
    other: leftovers("humanloop", value, logMembers),
  };
}

/**
 * Judgments of evaluators and people that are boolean or from 0 to 1. All judgments are also kept in `other`.
 */
function ratingsOf(logs: JsonValue | undefined): TraceDraft["feedback"] {
  const ratings = (Array.isArray(logs) ? logs.filter(isJsonObject) : []).flatMap((log: JsonObject) => {
    const { judgment } = log;
    if (typeof judgment !== "boolean" && !isShare(judgment)) return [];
    const evaluator = textMember(objectMember(log, "evaluator") ?? {}, "path", "name");
    const feedback = feedbackOfScore({
      name: evaluator ?? "judgment",
      value: judgment,
      by: textMember(log, "user"),
      at: instantOf(log["created_at"]),
    });
    return evaluator === undefined ? feedback : feedback.map((one) => ({ ...one, evaluator }));
  });
  return ratings.length === 0 ? undefined : ratings;
}

function promptOf(prompt: JsonObject): NonNullable<TraceDraft["prompt"]> {
  const path = textMember(prompt, "path");
  const versionId = textMember(prompt, "version_id");
  const template = templateOf(prompt["template"]);
  return {
    ...defined({ template, path, versionId }),
  };
}

function templateOf(value: JsonValue | undefined): Template | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const messages = value.filter(isJsonObject).flatMap(({ role, content }: JsonObject): TemplateMessage[] => {
    return typeof role === "string" && typeof content === "string" ? [{ role, content }] : [];
  });
  return messages.length === value.length && messages.length > 0 ? messages : undefined;
}

/** A datapoint of a Humanloop dataset: `{inputs, messages, target}`. */
function datapointPart(value: JsonObject): Part {
  const messages = messagesIn(value["messages"]);
  const inputs = objectMember(value, "inputs") ?? {};
  const all = messages === undefined ? inputs : { ...inputs, messages: value["messages"] as JsonValue };
  if (Object.keys(all).length === 0) return { problem: "a datapoint without inputs" };
  const target = objectMember(value, "target");
  const answer =
    target === undefined ? undefined : (target["output"] ?? target["expected_response"] ?? target);
  return {
    record: {
      inputs: all,
      ...(answer === undefined || Object.keys(target ?? {}).length === 0
        ? {}
        : { expectations: { ...target, expected_response: answer } }),
      other: leftovers("humanloop", value, new Set(["inputs", "messages", "target"])) ?? {},
    },
  };
}

/**
 * The file folders of an export. `path` may be a file's folder, its parent `files`, an export, or a folder of
 * exports.
 */
async function exportedFiles(path: string): Promise<readonly string[]> {
  if (await exists(join(path, "file.json"))) return [path];
  const below = await namesIn(path);
  if (below.includes("files")) return exportedFiles(join(path, "files"));
  const found: string[] = [];
  for (const name of below) {
    const inner = join(path, name);
    if (await exists(join(inner, "file.json"))) found.push(inner);
    else if (await exists(join(inner, "files"))) found.push(...(await exportedFiles(join(inner, "files"))));
    else if (path.endsWith("files") && (await exists(join(inner, "logs")))) found.push(inner);
  }
  return found;
}

async function linesUnder(path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await namesIn(path)) {
    if (name.endsWith(".jsonl")) found.push(join(path, name));
    else found.push(...(await linesUnder(join(path, name))));
  }
  return found;
}

async function typeOf(path: string): Promise<string | undefined> {
  const text = await readFile(join(path, "file.json"), "utf8").catch(() => "");
  try {
    const file: unknown = JSON.parse(text);
    return isJsonObject(file) ? (textMember(file, "type") ?? "prompt") : undefined;
  } catch {
    return undefined;
  }
}

/** In numeric order: `2.jsonl` before `10.jsonl`. */
async function namesIn(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => []);
  return names.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
