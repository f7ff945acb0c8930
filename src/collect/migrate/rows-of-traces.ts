import type { Config } from "../../config/config.ts";
import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import type { PromptReader } from "../../contracts/registry.ts";
import type { TraceFilter, TraceStore } from "../../contracts/trace-store.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { lastOf } from "../../traces/dataset-record.ts";
import { isOfModel } from "../../traces/model-name.ts";
import { noneSkipped, type SkippedAnswers } from "../skipped-answers.ts";
import { createUnrenderer } from "../unrender/create-unrenderer.ts";
import { templatesOfConfig } from "../unrender/known-template.ts";

/** How recorded calls became rows. */
export interface RecoveredRows {
  /** Calls of the source model, or of the prompt, that were answered or corrected. */
  readonly traces: number;
  readonly rows: number;
  /** Whose messages several sets of inputs would give. */
  readonly ambiguous: number;
  /** Whose messages the prompt's template does not give. */
  readonly unmatched: number;
  /** Calls without a usable answer that nobody corrected: they are among none of the others. */
  readonly failed: number;
  /** The same, by what their answers were. */
  readonly skipped: Readonly<SkippedAnswers>;
}

export interface TraceRows {
  readonly records: readonly DatasetRecord[];
  readonly counts: RecoveredRows;
  /** Where there are no rows: answered calls of the prompt by the names of the other models they were made to. */
  readonly otherModels: ReadonlyMap<string, number>;
}

interface TraceRowsRequest {
  readonly traces: TraceStore;
  readonly filter: TraceFilter;
  /** Path of the prompt, and name of the model that is being left. */
  readonly promptPath: string;
  readonly sourceModel: string;
  /** The inputs that the prompt's template needs to give a trace's messages. */
  readonly inputsOf: (trace: Trace) => JsonObject | "ambiguous" | "unmatched";
  readonly recordOf: (trace: Trace) => DatasetRecord | undefined;
}

/** Rows out of recorded calls, the newest answer to equal inputs last, so that it is the one that stays. */
export async function rowsOfTraces(request: TraceRowsRequest): Promise<TraceRows> {
  const { promptPath, sourceModel } = request;
  const records: DatasetRecord[] = [];
  const counts = { traces: 0, rows: 0, ambiguous: 0, unmatched: 0, failed: 0 };
  const skipped = noneSkipped();
  const otherModels = new Map<string, number>();
  for await (const trace of request.traces.list(request.filter)) {
    const { model, prompt, providerRequest, feedback = [] } = trace;
    const isOfPrompt = prompt?.path === promptPath;
    if (!isOfPrompt && prompt?.path !== undefined) continue;
    const isCorrected = lastOf(feedback, "betterResponse") !== undefined;
    const unusable = isCorrected ? undefined : unusableReason(trace);
    const inputsOf = () =>
      isOfPrompt && trace.inputs !== undefined ? trace.inputs : request.inputsOf(trace);
    if (model !== undefined && !isOfModel(model, providerRequest, sourceModel)) {
      // Only told when there is nothing else to tell of; finding out costs as much as a row.
      const isPassedOver = records.length === 0 && unusable === undefined && typeof inputsOf() !== "string";
      if (isPassedOver) otherModels.set(model, (otherModels.get(model) ?? 0) + 1);
      continue;
    }
    if (unusable !== undefined) {
      counts.failed++;
      skipped[unusable]++;
      continue;
    }
    counts.traces++;
    const inputs = inputsOf();
    if (typeof inputs === "string") {
      counts[inputs]++;
      continue;
    }
    const record = request.recordOf({ ...trace, inputs });
    if (record !== undefined) records.push(record);
  }
  counts.rows = records.length;
  return { records, counts: { ...counts, skipped }, otherModels };
}

/** The inputs that a prompt's template needs to give a recorded call's messages. */
type RecoverInputs = (trace: Trace) => JsonObject | "ambiguous" | "unmatched";

/**
 * Knows every prompt of a config and all versions of each: a call that another prompt made is not taken for
 * one of this prompt's because the one's words begin like the other's.
 */
export async function recoverInputs(
  promptPath: string,
  config: Pick<Config, "prompts">,
  registry: PromptReader,
): Promise<RecoverInputs> {
  const unrenderer = createUnrenderer(await templatesOfConfig(config.prompts, registry));
  return ({ messages }) => {
    if (messages === undefined) return "unmatched";
    const found = unrenderer.unrender(messages);
    if (found.kind === "exact") return found.known.path === promptPath ? found.inputs : "unmatched";
    return found.kind === "ambiguous" && found.templates.some(({ path }) => path === promptPath)
      ? "ambiguous"
      : "unmatched";
  };
}
