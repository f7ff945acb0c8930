import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { TraceStore } from "../../contracts/trace-store.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { DaoOptError } from "../../core/errors.ts";
import type { Trace, TraceUsage } from "../../core/trace.ts";
import { costUsd, type TokenUsage } from "../../core/usage.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { outputsOf } from "../../traces/dataset-record.ts";
import { thrownFields } from "../../traces/error-fields.ts";
import type { SourceAnswer } from "./open-source.ts";
import type { CollectionPlan } from "./plan-collection.ts";

/** Value of `source` in traces of `collect`. */
const collectSource = "dao-opt collect";

const idLength = 32;

/** Equal questions have equal ids, so collecting twice adds nothing. */
export function traceIdOf(question: string): string {
  return `tr_${question.slice(0, idLength)}`;
}

interface Made {
  readonly plan: CollectionPlan;
  readonly spec: ModelSpec;
  readonly example: Example;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export function answerTrace(made: Made, traceId: string, answer: SourceAnswer): Trace {
  const { messages, output, kind, reasoning, toolCalls, finishReason, usage, latencyMs } = answer;
  const isSilent = output === "" && toolCalls.length > 0;
  const finish = (kind === undefined ? undefined : finishOfKind[kind]) ?? finishReason;
  return {
    ...openTrace(made, traceId),
    ...(messages === undefined ? {} : { messages }),
    output: isSilent ? null : output,
    ...(kind === "refusal" ? { outputMessage: { role: "assistant", content: null, refusal: output } } : {}),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(finish === undefined ? {} : { finishReason: finish }),
    ...(usage === undefined ? {} : { usage: traceUsage(usage), ...costsOf(usage, made.spec) }),
    latencyMs,
  };
}

/** Finish reasons for answers that are cut off or withheld although the provider reports a normal end. */
const finishOfKind: Readonly<Partial<Record<AnswerKind, string>>> = {
  cut_off: "length",
  filtered: "content_filter",
};

export function errorTrace(made: Made, traceId: string, error: DaoOptError): Trace {
  return { ...openTrace(made, traceId), ...thrownFields(error) };
}

/** The row for the dataset: the members of the original row with the new answer. */
export function collectedRecord(example: Example, outputs: JsonValue, traceId: string): DatasetRecord {
  const { inputs, expectations, tags } = example;
  const all = expectationsOf(example, expectations);
  return {
    inputs,
    outputs,
    ...(all === undefined ? {} : { expectations: all }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    source: { type: "trace", traceId },
  };
}

function expectationsOf(example: Example, expectations: JsonObject): JsonObject | undefined {
  const all = {
    ...expectations,
    ...(example.expected === undefined || "expected_response" in expectations
      ? {}
      : { expected_response: example.expected }),
    ...(example.expectedFacts === undefined || "expected_facts" in expectations
      ? {}
      : { expected_facts: example.expectedFacts }),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

function openTrace({ plan, spec, example, startedAt, endedAt }: Made, traceId: string): Trace {
  const [prompt, ...others] = plan.prompts;
  return {
    traceId,
    ...(prompt === undefined || others.length > 0
      ? {}
      : {
          name: prompt.path,
          prompt: {
            path: prompt.path,
            ...(prompt.baseVersion === null ? {} : { version: prompt.baseVersion }),
            template: prompt.template,
          },
        }),
    inputs: example.inputs,
    model: spec.name,
    provider: spec.provider,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    source: collectSource,
  };
}

function traceUsage({ inputTokens, outputTokens, reasoningTokens }: TokenUsage): TraceUsage {
  return {
    inputTokens,
    outputTokens,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
}

function costsOf(usage: TokenUsage, { price }: ModelSpec) {
  const promptCostUsd = costUsd({ ...usage, outputTokens: 0 }, price);
  const outputCostUsd = costUsd({ inputTokens: 0, outputTokens: usage.outputTokens }, price);
  const isKnown = promptCostUsd !== null && outputCostUsd !== null;
  return { promptCostUsd, outputCostUsd, costUsd: isKnown ? promptCostUsd + outputCostUsd : null };
}

/** Results of earlier collections in the traces. */
interface KnownAnswers {
  /** Ids of existing traces. */
  readonly ids: ReadonlySet<string>;
  /** The usable answer of each row, if there is one. */
  readonly outputs: (JsonValue | undefined)[];
}

/** Reads all traces once. */
export async function knownAnswers(
  traces: TraceStore,
  rows: readonly Example[],
  idOf: (row: Example) => string,
): Promise<KnownAnswers> {
  const places = new Map(rows.map((row, at) => [idOf(row), at]));
  const ids = new Set<string>();
  const outputs: (JsonValue | undefined)[] = [];
  for await (const trace of traces.list({ where: { source: collectSource } })) {
    const at = places.get(trace.traceId);
    if (at === undefined || trace.error !== undefined) continue;
    ids.add(trace.traceId);
    const answer = unusableReason(trace) === undefined ? outputsOf(trace) : undefined;
    if (answer !== undefined) outputs[at] = answer;
  }
  return { ids, outputs };
}
