import type { DatasetRecord, DatasetStore } from "../../contracts/dataset-store.ts";
import type { LiveTraceStore } from "../../contracts/trace-store.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { thrownReason, UsageError } from "../../core/errors.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";
import type { FilePlace } from "../../imports/import-format.ts";
import { unusableReason } from "../../traces/answer-of-trace.ts";
import { datasetRecordOf } from "../../traces/dataset-record.ts";
import type { LeftOut } from "../../traces/otlp/left-out.ts";
import { noteSkipped } from "../skipped-answers.ts";
import type { Unrenderer } from "../unrender/create-unrenderer.ts";
import type { ImportTally } from "./import-counts.ts";
import { type KnownTraces, readKnownTraces } from "./known-traces.ts";
import { recoveredFields, type UnrenderOutcome, unrenderTrace } from "./unrender-trace.ts";

/** Removes personal data. Throws if a value cannot be redacted. */
interface Redaction {
  trace(trace: Trace): Trace;
  json(value: JsonValue): JsonValue;
}

export interface ImportRequest {
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** Name of a format, or `auto`. */
  readonly format: string;
  readonly traces: LiveTraceStore;
  readonly datasets: DatasetStore;
  /** Rows, and traces with known variables, are merged into this dataset. */
  readonly dataset?: string;
  /** Templates that may have produced the calls, and the paths of their prompts. */
  readonly known?: { readonly unrenderer: Unrenderer; readonly paths: ReadonlySet<string> };
  /** Only calls of the prompt with this path become rows. */
  readonly prompt?: string;
  readonly redaction?: Redaction;
  /** Columns of flat rows that are variables or the expected answer. If set, every file must contain rows. */
  readonly columns?: RowMapping;
  readonly limit?: number;
  /** Called with each stored trace and the outcome of recovering its variables. */
  readonly onTrace?: (trace: Trace, outcome: UnrenderOutcome) => void;
}

/** Stores the items of an import one by one and counts them in a tally. */
interface ItemImport {
  /** Resolves to the dataset row of the trace; undefined if it makes none. */
  trace(trace: Trace, place: FilePlace): Promise<DatasetRecord | undefined>;
  feedback(key: string, feedback: TraceFeedback, place: FilePlace): Promise<void>;
  /** The row as the dataset should store it. Throws UsageError if the request names no dataset. */
  row(record: DatasetRecord, place: FilePlace): DatasetRecord | undefined;
}

const agentRow: LeftOut = {
  count: 1,
  kind: "rows of agents",
  reason:
    "kept as traces, because rows of model calls are of another kind; to get them, use traces export --format dataset --where span_kind=agent",
};
/** Number of items passed to the store between two flushes. */
const flushEvery = 500;

export function createItemImport(request: ImportRequest, tally: ImportTally): ItemImport {
  const { counts } = tally;
  let loaded: KnownTraces | undefined;
  const knownTraces = async (): Promise<KnownTraces> => {
    loaded ??= await readKnownTraces(request.traces);
    return loaded;
  };
  /** Undefined, with a problem reported, if redaction fails. */
  const redacted = <Value>(place: FilePlace, redact: () => Value): Value | undefined => {
    try {
      return redact();
    } catch (error) {
      tally.report(place, `not stored because it could not be redacted: ${thrownReason(error)}`);
      return undefined;
    }
  };
  const redactTrace = (trace: Trace, place: FilePlace): Trace | undefined => {
    const { redaction } = request;
    return redaction === undefined ? trace : redacted(place, () => redaction.trace(trace));
  };

  return {
    async trace(given, place) {
      const { known: templates } = request;
      const found =
        templates === undefined ? undefined : unrenderTrace(given, templates.unrenderer, templates.paths);
      const outcome = found?.outcome ?? (given.inputs === undefined ? "unmatched" : "kept");
      const trace = redactTrace(found?.trace ?? given, place);
      if (trace === undefined) return undefined;
      const path = trace.prompt?.path;
      tally.countTrace(outcome, path);
      const known = await knownTraces();
      if (!known.has(trace.traceId)) {
        known.add(trace);
        request.traces.append(trace);
        counts.added++;
      } else {
        counts.known++;
        if (outcome === "exact" && known.lacksInputs(trace)) {
          request.traces.amendLater(trace.traceId, recoveredFields(trace));
          counts.amended++;
        }
      }
      if (counts.read % flushEvery === 0) await request.traces.flush();
      request.onTrace?.(trace, outcome);
      if (request.prompt !== undefined && path !== request.prompt) return undefined;
      const record = datasetRecordOf(trace);
      if (record !== undefined && trace.metadata?.["span_kind"] === "agent") {
        if (request.dataset !== undefined) tally.leaveOut(place, agentRow);
        return undefined;
      }
      if (record === undefined) noteSkipped(tally.skipped, unusableReason(trace));
      return record;
    },

    async feedback(key, given, place) {
      const known = await knownTraces();
      if (!known.hasKey(key)) {
        tally.report(
          place,
          `no event has the feedback key ${key}, neither in these files nor among the stored traces`,
        );
        return;
      }
      tally.hasFeedback = true;
      // Redaction works on whole traces, so the feedback is wrapped in one.
      const holder: Trace = { traceId: "", startedAt: given.at, feedback: [given] };
      const [feedback] = redactTrace(holder, place)?.feedback ?? [];
      if (feedback === undefined || known.hasFeedback(key, feedback)) return;
      known.addFeedback(key, feedback);
      request.traces.addFeedback(key, feedback);
      counts.feedback++;
      if (counts.feedback % flushEvery === 0) await request.traces.flush();
    },

    row(record, place) {
      const { dataset, redaction } = request;
      if (dataset === undefined)
        throw new UsageError(`${place.file} contains rows, but no dataset is named for them`, {
          hint: "name one with --dataset",
        });
      if (redaction === undefined) return record;
      return redacted(
        place,
        () => redaction.json(record as unknown as JsonObject) as unknown as DatasetRecord,
      );
    },
  };
}
