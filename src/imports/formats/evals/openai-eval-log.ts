import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import {
  completeTrace,
  type FilePlace,
  type ImportFormat,
  type ImportItem,
  placeIn,
  type TraceDraft,
} from "../../import-format.ts";
import { instantOf, leftovers, objectMember, textMember } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { readOutput } from "../../payload-output.ts";
import { unknownMoment } from "../../score-feedback.ts";
import { readValues } from "../../source/read-values.ts";
import type { SourceFile } from "../../source/source-file.ts";

const eventMembers = new Set("run_id event_id sample_id type data created_by created_at".split(" "));

/**
 * Event logs of OpenAI Evals (`oaieval`): the specification of the run, events, and a final report. A sampling event
 * becomes a trace; the match of its sample becomes feedback on it.
 * https://github.com/openai/evals/blob/main/docs/run-evals.md
 */
export const openaiEvalLog: ImportFormat = {
  name: "openai-eval-log",
  summary: "event logs of OpenAI Evals: JSON Lines",
  recognizes: (value) => isJsonObject(value) && (isEvent(value) || isSpec(value) || isReport(value)),
  read: readLog,
};

interface Event {
  readonly value: JsonObject;
  readonly place: FilePlace;
}

function isEvent(value: JsonObject): boolean {
  const names = ["run_id", "sample_id", "type"].every((name) => textMember(value, name) !== undefined);
  const id = value["event_id"];
  return names && (typeof id === "number" || typeof id === "string") && isJsonObject(value["data"]);
}

function isSpec(value: JsonObject): boolean {
  return isJsonObject(value["spec"]) && "completion_fns" in value["spec"];
}

function isReport(value: JsonObject): boolean {
  return isJsonObject(value["final_report"]) && Object.keys(value).length === 1;
}

/** The match of a sample comes after its answer, so a run's events are held until its log ends. */
async function* readLog(files: readonly SourceFile[]): AsyncGenerator<ImportItem> {
  for (const file of files) {
    const samples = new Map<string, Event[]>();
    let spec: JsonObject = {};
    for await (const read of readValues(file)) {
      const place = placeIn(file, read.line);
      if ("problem" in read) yield { kind: "problem", message: read.problem, place };
      else if (!isJsonObject(read.value)) yield { kind: "problem", message: "an event is an object", place };
      else if (isSpec(read.value)) spec = objectMember(read.value, "spec") ?? {};
      else if (isReport(read.value))
        yield leftOut("reports of runs", "they have no prompt and answer", place);
      else if (!isEvent(read.value))
        yield { kind: "problem", message: "neither an event nor the spec of a run", place };
      else {
        const sample = textMember(read.value, "sample_id") ?? "";
        const events = samples.get(sample);
        if (events === undefined) samples.set(sample, [{ value: read.value, place }]);
        else events.push({ value: read.value, place });
      }
    }
    for (const events of samples.values()) yield* sampleItems(events, spec, file);
  }
}

function* sampleItems(events: readonly Event[], spec: JsonObject, file: SourceFile): Generator<ImportItem> {
  const ofType = (type: string) => events.filter(({ value }) => value["type"] === type);
  const feedback = ofType("match").flatMap(({ value }) => matchFeedback(value));
  const asked = ofType("sampling");
  for (const [position, { value, place }] of asked.entries()) {
    // A match is a verdict on the last answer of its sample.
    const draft = samplingTrace(value, spec, position === asked.length - 1 ? feedback : []);
    if (draft === undefined) yield { kind: "problem", message: "a sampling event without a prompt", place };
    else {
      const origin = { format: "openai-eval-log", value, file, place };
      yield { kind: "trace", trace: completeTrace(draft, 0, origin), place };
    }
  }
  for (const { value, place } of events) {
    const { type } = value;
    if (type === "sampling" || (type === "match" && asked.length > 0)) continue;
    const reason =
      type === "match" ? "no answer of their sample is in the log" : "neither answers nor matches";
    yield leftOut(`events of type ${String(type)}`, reason, place);
  }
}

function leftOut(kind: string, reason: string, place: FilePlace): ImportItem {
  return { kind: "left-out", leftOut: { count: 1, kind, reason }, place };
}

function samplingTrace(
  event: JsonObject,
  spec: JsonObject,
  feedback: readonly TraceFeedback[],
): TraceDraft | undefined {
  const data = objectMember(event, "data") ?? {};
  const { prompt } = data;
  const listed = messagesIn(prompt);
  const messages = listed ?? (typeof prompt === "string" ? [{ role: "user", content: prompt }] : undefined);
  if (messages === undefined) return undefined;
  const [sampled] = Array.isArray(data["sampled"])
    ? (data["sampled"] as readonly JsonValue[])
    : [data["sampled"]];
  const model = textMember(data, "model") ?? modelOf(spec);
  return {
    traceId: `${textMember(event, "run_id")}:${String(event["event_id"])}`,
    chainId: textMember(event, "run_id"),
    eventId: textMember(event, "sample_id"),
    startedAt: instantOf(event["created_at"]),
    name: textMember(spec, "eval_name", "base_eval"),
    messages,
    ...readOutput(sampled),
    ...defined({ model }),
    ...(feedback.length === 0 ? {} : { feedback }),
    other: leftovers("openai_evals", event, eventMembers),
  };
}

function modelOf(spec: JsonObject): string | undefined {
  const [name] = Array.isArray(spec["completion_fns"]) ? spec["completion_fns"] : [];
  return typeof name === "string" ? name : undefined;
}

function matchFeedback(event: JsonObject): readonly TraceFeedback[] {
  const data = objectMember(event, "data") ?? {};
  const { correct, expected } = data;
  const better = Array.isArray(expected) && expected.length === 1 ? (expected[0] as JsonValue) : expected;
  if (typeof correct !== "boolean") return [];
  const at = instantOf(event["created_at"]) ?? unknownMoment;
  return [
    {
      rating: Number(correct),
      comment: "match",
      at,
      ...(typeof better === "string" ? { betterResponse: better } : {}),
    },
  ];
}
