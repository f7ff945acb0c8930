import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { readAnswerBody } from "../../bodies/read-body.ts";
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
import { usageFields } from "../../payload-output.ts";
import { feedbackOfScore } from "../../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../../span-trace.ts";

const members = new Set(
  "id trace_id parent_id op_name display_name started_at ended_at inputs output exception summary attributes thread_id wb_user_id".split(
    " ",
  ),
);
/** Names that Weave's integrations give to the calls of provider packages. */
const modelOps =
  /^(openai|anthropic|litellm|mistralai|cohere|groq|google|genai|together|cerebras|bedrock|vertexai|azure|huggingface_hub|nvidia)[.\w]*\.|^litellm|ChatOpenAI|ChatAnthropic/i;

/**
 * Calls of W&B Weave: the downloads of the traces page (JSON Lines, CSV with dotted columns), and `calls/stream_query`.
 * https://docs.wandb.ai/weave/guides/tracking/tracing
 */
export const weave: ImportFormat = {
  name: "weave",
  summary: "W&B Weave calls: JSON, JSON Lines and CSV",
  recognizes: (value) =>
    isJsonObject(value) &&
    textMember(value, "op_name") !== undefined &&
    "started_at" in value &&
    ("trace_id" in value || "project_id" in value) &&
    Object.keys(value).some((name) => /^inputs(\.|$)/.test(name)),
  read: eachValue("weave", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a call is an object" };
  if (textMember(value, "op_name") === undefined) return { problem: "op_name is missing" };
  const call = nested(value);
  const op = nameOf(textMember(call, "op_name") ?? "");
  const isScorer = /^Evaluation\.|\.score$|summarize$/.test(op);
  if (isScorer && textMember(call, "parent_id") !== undefined)
    return { leftOut: `calls of ${op}`, reason: "steps of an evaluation, not of the application" };
  return { trace: callTrace(call, op) };
}

/** Joins the columns `inputs.text`, `output.choices.0 …` of a CSV to objects. */
function nested(value: JsonObject): JsonObject {
  const sides = ["inputs", "output", "summary", "attributes"];
  const whole: [string, JsonValue][] = [];
  const joined: Record<string, Record<string, JsonValue>> = {};
  for (const [name, cell] of Object.entries(value)) {
    const at = name.indexOf(".");
    const side = at < 0 ? "" : name.slice(0, at);
    if (!sides.includes(side)) whole.push([name, cell]);
    else if (cell !== "" && cell !== null) {
      joined[side] ??= Object.create(null) as Record<string, JsonValue>;
      joined[side][name.slice(at + 1)] = valueIn({ cell }, "cell") ?? cell;
    }
  }
  return {
    ...Object.fromEntries(whole),
    ...Object.fromEntries(Object.entries(joined).map(([side, all]) => [side, { ...all }])),
  };
}

/** `weave:///entity/project/op/name:digest` → `name`. */
function nameOf(op: string): string {
  return op.slice(op.lastIndexOf("/") + 1).replace(/:[^:]*$/, "");
}

function callTrace(call: JsonObject, op: string): TraceDraft {
  const parentId = textMember(call, "parent_id");
  const output = valueIn(call, "output");
  const isModel = modelOps.test(op) || (isJsonObject(output) && readAnswerBody(output) !== undefined);
  const role: SpanRole = isModel ? "model" : parentId === undefined ? "root" : "step";
  const given = objectMember(call, "inputs") ?? {};
  // The object of a method, and what the package fills in by itself, are not inputs.
  const inputs = Object.fromEntries(
    Object.entries(given).filter(([name, one]) => name !== "self" && one !== null),
  );
  const { fields, kept } = spanPayload("weave", role, inputs, output);
  const startedAt = instantOf(call["started_at"]);
  const endedAt = instantOf(call["ended_at"]);
  const summary = objectMember(call, "summary") ?? {};
  return {
    traceId: textMember(call, "id"),
    parentId,
    chainId: textMember(call, "trace_id"),
    chatId: textMember(call, "thread_id"),
    name: textMember(call, "display_name") ?? op,
    startedAt,
    endedAt,
    latencyMs: elapsedMs(startedAt, endedAt),
    ...fields,
    ...usageOf(summary),
    user: textMember(call, "wb_user_id") ?? fields.user,
    ...defined({ error: textMember(call, "exception") }),
    feedback: feedbackOf(summary),
    other: mergedOther(
      "weave",
      kept,
      leftovers("weave", call, members),
      leftovers(
        "weave",
        { op_name: call["op_name"] ?? null, attributes: call["attributes"] ?? null },
        new Set(),
      ),
    ),
  };
}

/** `{usage: {"gpt-4o": {prompt_tokens, …}}}`: counts by model; only those of one model are one call's. */
function usageOf(summary: JsonObject): Pick<TraceDraft, "usage"> {
  const byModel = Object.values(objectMember(summary, "usage") ?? {}).filter(isJsonObject);
  const [only] = byModel;
  if (only === undefined || byModel.length > 1) return {};
  const inputTokens = numberMember(only, "prompt_tokens", "input_tokens");
  return inputTokens === undefined ? usageFields(only) : usageFields({ ...only, input_tokens: inputTokens });
}

/** Reactions and scores under `summary.weave.feedback`: thumbs are ratings, notes are comments. */
function feedbackOf(summary: JsonObject): TraceDraft["feedback"] {
  const listed = valueIn(objectMember(summary, "weave") ?? {}, "feedback");
  const all = (Array.isArray(listed) ? listed.filter(isJsonObject) : []).flatMap((one: JsonObject) => {
    const payload = objectMember(one, "payload") ?? {};
    const emoji = textMember(payload, "emoji");
    const value = emoji === "👍" ? 1 : emoji === "👎" ? 0 : (payload["output"] ?? payload["note"] ?? null);
    const name = textMember(one, "feedback_type") ?? "feedback";
    const at = instantOf(one["created_at"]);
    return isJsonObject(value)
      ? []
      : feedbackOfScore({ name, value, by: textMember(one, "creator", "wb_user_id"), at });
  });
  return all.length === 0 ? undefined : all;
}
