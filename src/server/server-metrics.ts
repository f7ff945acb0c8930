import type { ServerResponse } from "node:http";
import type { TraceLosses, TraceStore } from "../contracts/trace-store.ts";

const boundsSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

/** Server metrics. Labels are groups, methods and statuses, never user text. */
export interface ServerMetrics {
  requestEnded(group: string, method: string, status: number, durationMs: number): void;
  streamOpened(): void;
  streamClosed(): void;
  tracesAppended(count: number): void;
  tracesLost(count: number): void;
  /** Prometheus text format 0.0.4. */
  render(): string;
}

interface Durations {
  readonly buckets: number[];
  count: number;
  sum: number;
}

export function createServerMetrics(version: string): ServerMetrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Durations>();
  const counts = { streams: 0, streamsTotal: 0, appended: 0, lost: 0 };
  return {
    requestEnded(group, method, status, durationMs) {
      const labels = `group="${group}",method="${methodLabel(method)}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      observe(durations, group, durationMs / 1000);
    },
    streamOpened() {
      counts.streams++;
      counts.streamsTotal++;
    },
    streamClosed() {
      counts.streams--;
    },
    tracesAppended(count) {
      counts.appended += count;
    },
    tracesLost(count) {
      counts.lost += count;
    },
    render: () =>
      [
        ...family("dao_opt_info", "gauge", "Version of the tool.", [`{version="${version}"} 1`]),
        ...family(
          "dao_opt_http_requests_total",
          "counter",
          "Completed requests.",
          [...requests].map(([labels, count]) => `{${labels}} ${count}`),
        ),
        ...durationFamily(durations),
        ...family("dao_opt_streams_open", "gauge", "Open response streams.", [` ${counts.streams}`]),
        ...family("dao_opt_streams_total", "counter", "Finished response streams.", [
          ` ${counts.streamsTotal}`,
        ]),
        ...family("dao_opt_traces_appended_total", "counter", "Stored traces.", [` ${counts.appended}`]),
        ...family("dao_opt_traces_lost_total", "counter", "Lost traces.", [` ${counts.lost}`]),
        "",
      ].join("\n"),
  };
}

function observe(durations: Map<string, Durations>, group: string, seconds: number): void {
  const found = durations.get(group) ?? { buckets: boundsSeconds.map(() => 0), count: 0, sum: 0 };
  durations.set(group, found);
  boundsSeconds.forEach((bound, at) => {
    if (seconds <= bound) found.buckets[at] = (found.buckets[at] ?? 0) + 1;
  });
  found.count++;
  found.sum += seconds;
}

function durationFamily(durations: ReadonlyMap<string, Durations>): string[] {
  const name = "dao_opt_http_request_duration_seconds";
  const lines = [...durations].flatMap(([group, { buckets, count, sum }]) => [
    ...boundsSeconds.map((bound, at) => `_bucket{group="${group}",le="${bound}"} ${buckets[at]}`),
    `_bucket{group="${group}",le="+Inf"} ${count}`,
    `_sum{group="${group}"} ${sum}`,
    `_count{group="${group}"} ${count}`,
  ]);
  return family(name, "histogram", "Time from the request head to the end of the response.", lines);
}

function family(name: string, type: string, help: string, lines: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines.map((line) => `${name}${line}`)];
}

/** Clients may send any method; the number of labels must stay small. */
function methodLabel(method: string): string {
  return /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : "other";
}

/** Wraps a store to count stored and lost traces. */
export function countTraces(traces: TraceStore, metrics: ServerMetrics): TraceStore {
  let reportedLosses = 0;
  const counted = (losses: TraceLosses): TraceLosses => {
    if (losses.count > reportedLosses) metrics.tracesLost(losses.count - reportedLosses);
    reportedLosses = Math.max(reportedLosses, losses.count);
    return losses;
  };
  return {
    ...bound(traces),
    append(trace) {
      metrics.tracesAppended(1);
      traces.append(trace);
    },
    flush: async () => counted(await traces.flush()),
    close: async () => counted(await traces.close()),
  };
}

function bound(traces: TraceStore): TraceStore {
  return {
    append: (trace) => traces.append(trace),
    addFeedback: (key, feedback) => traces.addFeedback(key, feedback),
    flush: () => traces.flush(),
    close: () => traces.close(),
    list: (filter, options) => traces.list(filter, options),
    find: (key) => traces.find(key),
    amend: (id, changes) => traces.amend(id, changes),
    remove: (filter) => traces.remove(filter),
  };
}

/** Counts a request when its response ends, and event streams while they are open. */
export function watchResponse(
  response: ServerResponse,
  metrics: ServerMetrics,
  clock: { monotonicMs(): number },
  group: string,
  method: string,
): void {
  const startedMs = clock.monotonicMs();
  let isStream = false;
  const { writeHead } = response;
  // Framework and proxy both call writeHead; headers passed to it are not visible in `getHeader`.
  response.writeHead = function watched(this: ServerResponse, ...given: Parameters<typeof writeHead>) {
    const result = writeHead.apply(this, given);
    if (isEventStream(this, given) && !isStream) {
      isStream = true;
      metrics.streamOpened();
    }
    return result;
  } as typeof writeHead;
  response.once("close", () => {
    if (isStream) metrics.streamClosed();
    metrics.requestEnded(group, method, response.statusCode, clock.monotonicMs() - startedMs);
  });
}

function isEventStream(response: ServerResponse, given: readonly unknown[]): boolean {
  const type = response.getHeader("content-type") ?? typeIn(given[given.length - 1]);
  return typeof type === "string" && type.startsWith("text/event-stream");
}

function typeIn(headers: unknown): unknown {
  if (Array.isArray(headers)) {
    const at = headers.findIndex((name) => typeof name === "string" && name.toLowerCase() === "content-type");
    return at === -1 ? undefined : headers[at + 1];
  }
  if (typeof headers !== "object" || headers === null) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return entry?.[1];
}
