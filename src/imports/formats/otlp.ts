import type { JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { isTelemetry, readTelemetry } from "../../traces/otlp/envelopes/index.ts";
import { joinLogs, keyOf, type LogEvent } from "../../traces/otlp/log-events.ts";
import type { OtlpSpan } from "../../traces/otlp/otlp-span.ts";
import { tracesOfSpans } from "../../traces/otlp/traces-of-otlp.ts";
import { type FilePlace, type ImportFormat, type ImportItem, placeIn } from "../import-format.ts";
import { readValues } from "../source/read-values.ts";
import type { SourceFile } from "../source/source-file.ts";

/** Spans of OpenTelemetry: exports, files of the collector, console output, Tempo and Jaeger. */
export const otlp: ImportFormat = {
  name: "otlp",
  summary:
    "OpenTelemetry spans: OTLP JSON, console exporters, Jaeger, Tempo; conventions of GenAI, OpenInference and others",
  recognizes: isTelemetry,
  async *read(files) {
    for (const file of files) yield* readFile(file);
  },
};

/**
 * Emits spans as they come. Log records may follow their span in a later line, so records and spans of calls
 * without content wait for the end of the file.
 */
async function* readFile(file: SourceFile): AsyncGenerator<ImportItem> {
  const logs: LogEvent[] = [];
  const waiting: OtlpSpan[] = [];
  const done = new Set<string>();
  let last: FilePlace = placeIn(file, undefined);
  for await (const read of readValues(file)) {
    const place = placeIn(file, read.line);
    last = place;
    if ("problem" in read) {
      yield { kind: "problem", message: read.problem, place };
      continue;
    }
    const found = readTelemetry(read.value);
    if (found === undefined) {
      yield { kind: "problem", message: notTelemetry(read.value), place };
      continue;
    }
    logs.push(...found.logs);
    for (const { place: at, message } of found.problems)
      yield { kind: "problem", message: at === "" ? message : `${at}: ${message}`, place };
    for (const leftOut of found.leftOut) yield { kind: "left-out", leftOut, place };
    const { traces, leftOut, bare } = tracesOfSpans(found.spans, { waits: true });
    waiting.push(...bare);
    for (const { traceId } of traces) done.add(traceId);
    yield* itemsOf({ traces, leftOut }, place);
  }
  const missing = logs.filter(({ span }) => !done.has(keyOf(span)));
  yield* itemsOf(tracesOfSpans(joinLogs(waiting, missing)), last);
}

function* itemsOf(
  { traces, leftOut }: Pick<ReturnType<typeof tracesOfSpans>, "traces" | "leftOut">,
  place: FilePlace,
): Generator<ImportItem> {
  for (const trace of traces) yield { kind: "trace", trace: imported(trace), place };
  for (const one of leftOut) yield { kind: "left-out", leftOut: one, place };
}

function imported(trace: Trace): Trace {
  return { ...trace, source: "import:otlp" };
}

function notTelemetry(value: JsonValue): string {
  const keys = typeof value === "object" && value !== null ? Object.keys(value).slice(0, 5).join(", ") : "";
  return `no spans: neither OTLP, Jaeger, Tempo nor a span of a console exporter${keys === "" ? "" : ` (keys: ${keys})`}`;
}
