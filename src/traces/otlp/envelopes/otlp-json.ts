import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { readLogEvents } from "../log-events.ts";
import { readSpans } from "../read-spans.ts";
import { type Envelope, noTelemetry, type Telemetry } from "./envelope.ts";

/** OTLP's JSON: an export request, or a line of the collector's file exporter. */
export const otlpJson: Envelope = {
  name: "OTLP JSON",
  recognizes: (document) =>
    ["resourceSpans", "resource_spans", "resourceLogs", "resource_logs", "resourceMetrics"].some((name) =>
      isGroups(document[name]),
    ),
  read(document) {
    const spans = document["resourceSpans"] ?? document["resource_spans"];
    const logs = document["resourceLogs"] ?? document["resource_logs"];
    const metrics = document["resourceMetrics"];
    const traced = spans === undefined ? noTelemetry : { ...noTelemetry, ...readSpans(document) };
    const logged = Array.isArray(logs) ? readLogEvents(logs) : noTelemetry;
    const measured = Array.isArray(metrics) ? [metricsLeftOut(metrics.length)] : [];
    return {
      spans: traced.spans,
      logs: logged.logs,
      problems: [...traced.problems, ...logged.problems],
      leftOut: [...logged.leftOut, ...measured],
    };
  },
};

function metricsLeftOut(count: number): Telemetry["leftOut"][number] {
  return { count, kind: "groups of metrics", reason: "metrics hold no calls" };
}

/** A list whose items are objects with a resource or scopes; an empty list is an export without content. */
function isGroups(value: JsonValue | undefined): boolean {
  if (!Array.isArray(value)) return false;
  const list: readonly JsonValue[] = value;
  return list.length === 0 || list.some((item) => isJsonObject(item) && Object.keys(item).some(isGroupKey));
}

function isGroupKey(key: string): boolean {
  return /^(resource|scope_?(spans|logs|metrics)|instrumentation_?library_?spans)$/i.test(key);
}

/** Tempo's API: `{batches}` of version 1, `{trace: {resourceSpans}}` of version 2; Jaeger's API 3: `{result}`. */
export const tempo: Envelope = {
  name: "Tempo",
  recognizes: (document) => groupsIn(document) !== undefined,
  read: (document) => ({ ...noTelemetry, ...readSpans({ resourceSpans: groupsIn(document) ?? [] }) }),
};

function groupsIn(document: JsonObject): JsonValue | undefined {
  const inner = [document["trace"], document["result"]].find(isJsonObject);
  const found = [document["batches"], inner?.["resourceSpans"], inner?.["batches"]];
  return found.find((value) => Array.isArray(value) && isGroups(value));
}
