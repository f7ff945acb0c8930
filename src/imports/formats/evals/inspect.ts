import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import { objectsOf } from "../../bodies/native-parts.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  textMember,
} from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { readOutput, usageFields } from "../../payload-output.ts";
import { feedbackOfScore, unknownMoment } from "../../score-feedback.ts";

const sampleMembers = new Set(
  (
    "id uuid epoch input target messages output scores metadata error started_at completed_at total_time events store " +
    "attachments events_data timelines"
  ).split(" "),
);
/** Scores of a sample: correct, incorrect, partially correct, no answer. */
const grades: Readonly<Record<string, number>> = { C: 1, I: 0, P: 0.5, N: 0 };

/**
 * Logs of Inspect, JSON or `.eval` (see `readInspectArchive`). Each sample becomes a trace: the target is the better
 * response, scores are ratings.
 * https://inspect.aisi.org.uk/eval-logs.html
 */
export const inspect: ImportFormat = {
  name: "inspect",
  summary: "Inspect eval logs: JSON and .eval",
  recognizes: (value) => isJsonObject(value) && isLog(value),
  read: eachValue("inspect", parts),
};

function isLog(value: JsonObject): boolean {
  const run = value["eval"];
  return isJsonObject(run) && "task" in run && "model" in run && ("samples" in value || "status" in value);
}

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value) || !isLog(value)) {
    yield { problem: "no log of Inspect (eval with task and model, samples)" };
    return;
  }
  const { samples } = value;
  if (!Array.isArray(samples) || samples.length === 0)
    yield {
      problem: "the log has no samples (it was written with log_samples: false, or holds the header alone)",
    };
  for (const [position, sample] of (Array.isArray(samples) ? samples : []).entries())
    yield { ...samplePart(sample, value), at: ["samples", position] };
}

function samplePart(sample: JsonValue, log: JsonObject): Part {
  if (!isJsonObject(sample) || sample["input"] === undefined || sample["input"] === null)
    return { problem: "a sample without input" };
  return { trace: sampleTrace(sample, objectMember(log, "eval") ?? {}) };
}

function sampleTrace(sample: JsonObject, run: JsonObject): TraceDraft {
  const read = withAttachments(sample);
  const input = read["input"] ?? null;
  const output = objectMember(read, "output") ?? {};
  const transcript = messagesIn(read["messages"]);
  const lastTurn = transcript?.findLastIndex(({ role }) => role === "assistant") ?? -1;
  const sent = lastTurn < 0 ? transcript : transcript?.slice(0, lastTurn);
  const listed = messagesIn(input);
  const startedAt = instantOf(sample["started_at"] ?? run["created"]);
  const endedAt = instantOf(sample["completed_at"]);
  const seconds = numberMember(sample, "total_time");
  const error = textMember(objectMember(sample, "error") ?? {}, "message") ?? textMember(output, "error");
  return {
    traceId: idOf(sample, run),
    chainId: textMember(run, "run_id", "eval_id"),
    name: textMember(run, "task"),
    startedAt,
    endedAt,
    latencyMs: seconds === undefined ? elapsedMs(startedAt, endedAt) : Math.round(seconds * 1000),
    inputs: listed === undefined ? { input } : { messages: input },
    messages: sent ?? listed ?? (typeof input === "string" ? [{ role: "user", content: input }] : undefined),
    ...answerOf(output),
    ...usageFields(output["usage"]),
    model: textMember(run, "model"),
    parameters: parametersOf(run),
    ...(error === undefined ? {} : { error }),
    metadata: objectMember(sample, "metadata"),
    sampleIndex: numberMember(sample, "epoch"),
    feedback: feedbackOf(sample, endedAt ?? startedAt),
    other: leftovers("inspect", read, sampleMembers),
  };
}

function idOf(sample: JsonObject, run: JsonObject): string | undefined {
  const uuid = textMember(sample, "uuid");
  const id = sample["id"];
  const eval_ = textMember(run, "eval_id", "run_id");
  if (uuid !== undefined || eval_ === undefined || (typeof id !== "string" && typeof id !== "number"))
    return uuid;
  return `${eval_}:${id}:${numberMember(sample, "epoch") ?? 1}`;
}

/** The finish reason is beside the message; a log without choices has no answer. */
function answerOf(output: JsonObject): TraceDraft {
  const [choice] = objectsOf(output["choices"]);
  const message = objectMember(choice ?? {}, "message");
  if (message === undefined) return {};
  return { ...readOutput(message), ...defined({ finishReason: textMember(choice ?? {}, "stop_reason") }) };
}

function parametersOf(run: JsonObject): JsonObject | undefined {
  const given = Object.entries(objectMember(run, "model_generate_config") ?? {}).filter(
    ([, one]) => one !== null,
  );
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function feedbackOf(sample: JsonObject, at: string | undefined): TraceDraft["feedback"] {
  const scores = Object.entries(objectMember(sample, "scores") ?? {}).flatMap(([name, score]) => {
    if (!isJsonObject(score)) return [];
    const { value } = score;
    const graded = typeof value === "string" && Object.hasOwn(grades, value) ? grades[value] : value;
    return feedbackOfScore({ name, value: graded, comment: textMember(score, "explanation"), at });
  });
  const target = sample["target"];
  const [only, ...others] = Array.isArray(target) ? target : [target];
  const isOne = typeof only === "string" && only.trim() !== "" && others.length === 0;
  const better: readonly TraceFeedback[] = isOne
    ? [{ betterResponse: only.trim(), at: at ?? unknownMoment }]
    : [];
  const all = [...scores, ...better];
  return all.length === 0 ? undefined : all;
}

/** Long texts are stored once, and named as `attachment://<digest>`. */
function withAttachments(sample: JsonObject): JsonObject {
  const attachments = objectMember(sample, "attachments") ?? {};
  const restored = (value: JsonValue): JsonValue => {
    if (typeof value === "string") {
      const name = /^attachment:\/\/(\w+)$/.exec(value)?.[1] ?? "";
      return Object.hasOwn(attachments, name) ? (attachments[name] ?? value) : value;
    }
    if (Array.isArray(value)) return value.map((one: JsonValue) => restored(one));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, restored(one)]));
  };
  const { input = null, messages = null, output = null } = sample;
  return { ...sample, input: restored(input), messages: restored(messages), output: restored(output) };
}
