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

/** Counts of recorded calls that became rows. */
export interface RecoveredRows {
  /** Calls of the source model or of the prompt with an answer or a correction. */
  readonly traces: number;
  readonly rows: number;
  /** Calls whose messages match several sets of inputs. */
  readonly ambiguous: number;
  /** Calls whose messages do not match the prompt's template. */
  readonly unmatched: number;
  /** Calls without a usable answer or a correction; not included in the other counts. */
  readonly failed: number;
  /** The same, by reason. */
  readonly skipped: Readonly<SkippedAnswers>;
}

export interface TraceRows {
  readonly records: readonly DatasetRecord[];
  readonly counts: RecoveredRows;
  /** If there are no rows: number of answered calls of the prompt to other models, by model. */
  readonly otherModels: ReadonlyMap<string, number>;
}

interface TraceRowsRequest {
  readonly traces: TraceStore;
  readonly filter: TraceFilter;
  /** Path of the prompt, and name of the model to migrate from. */
  readonly promptPath: string;
  readonly sourceModel: string;
  /** Recovers the inputs of a trace with the prompt's template. */
  readonly inputsOf: (trace: Trace) => JsonObject | "ambiguous" | "unmatched";
  readonly recordOf: (trace: Trace) => DatasetRecord | undefined;
}

/** Rows from recorded calls, in order of time, so that the newest answer to equal inputs wins. */
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
      // Counted only while there are no rows, because recovering inputs is expensive.
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

/** Recovers the inputs with which a prompt's template renders the messages of a call. */
type RecoverInputs = (trace: Trace) => JsonObject | "ambiguous" | "unmatched";

/**
 * Includes every prompt of a config and all versions of each, so that a call of another prompt with a similar
 * start is not mistaken for this one.
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
