import type { TraceLosses, TraceSink } from "../../contracts/trace-store.ts";
import type { Redactor } from "../../traces/redaction/create-redactor.ts";
import type { Destination } from "../client-settings.ts";
import type { ClientHost } from "../process-host.ts";
import type { RecordedCall } from "../record/recorded-call.ts";
import { openSink } from "./open-sink.ts";
import type { EventSink } from "./post-queue.ts";

/** A server that hangs must not delay the end of the program longer than this. */
const longestDrainMs = 10_000;
/** Bounds the memory for calls whose answer is never read. */
const mostOpenCalls = 10_000;

/** Shared by all clients of a process: one sink per destination, drained before the process ends. */
export interface ProcessDelivery {
  openSink(destination: Destination): Promise<EventSink>;
  /** Loaded on first use, then shared. */
  openRedactor(): Promise<Redactor>;
  /** Registers work to wait for before the process ends. */
  begin(work: Promise<void>): void;
  /** Resolves when all work begun earlier is done. */
  settled(): Promise<void>;
  /**
   * Registers a call whose event is pending. A call still open when the process has nothing left to do never
   * ends.
   */
  open(call: RecordedCall): void;
  ended(call: RecordedCall): void;
  /** Warns of losses: the first, the tenth, the hundredth and so on, and at the end. */
  warn(losses: TraceLosses): void;
}

export function createProcessDelivery(host: ClientHost, drainMs = longestDrainMs): ProcessDelivery {
  const sinks = new Map<string | TraceSink, Promise<EventSink>>();
  const works = new Set<Promise<void>>();
  const openCalls = new Set<RecordedCall>();
  let redactor: Promise<Redactor> | undefined;
  let hasNews = false;

  const report = ({ count, reason }: TraceLosses) => {
    const events = count === 1 ? "1 event was" : `${count} events were`;
    host.warn(`dao-opt/openai: ${events} not recorded${reason === undefined ? "" : `: ${reason}`}`);
  };
  const warn = (losses: TraceLosses) => {
    if (/^10*$/.test(String(losses.count))) report(losses);
  };
  const abandon = (call: RecordedCall) =>
    call.ended({ error: new Error("The answer was never read to the end.") });

  /** Does not wait for later work: a busy application would never finish. */
  const settled = async () => void (await Promise.all(works));

  host.onBeforeExit(async () => {
    for (const call of openCalls) void abandon(call);
    // The event fires again after every drain that did something.
    if (!hasNews) return;
    hasNews = false;
    await settled();
    const opened = await Promise.all([...sinks.values()].map((sink) => sink.catch(() => undefined)));
    const flushes = Promise.all(opened.map((sink) => sink?.flush()));
    const timer = setTimeout(() => {
      for (const sink of opened) sink?.giveUp();
    }, drainMs);
    const losses = await flushes;
    clearTimeout(timer);
    for (const lost of losses) {
      if (lost !== undefined && lost.count > 0 && !/^10*$/.test(String(lost.count))) report(lost);
    }
  });

  return {
    openSink(destination) {
      const key = destination.kind === "sink" ? destination.sink : JSON.stringify(destination);
      const opened = sinks.get(key) ?? openSink(destination, warn);
      sinks.set(key, opened);
      return opened;
    },
    openRedactor() {
      redactor ??= import("../../traces/redaction/create-redactor.ts").then((made) => made.createRedactor());
      return redactor;
    },
    begin(work) {
      hasNews = true;
      works.add(work);
      void work.finally(() => works.delete(work));
    },
    open(call) {
      openCalls.add(call);
      const [oldest] = openCalls;
      if (openCalls.size > mostOpenCalls && oldest !== undefined) void abandon(oldest);
    },
    settled,
    ended: (call) => void openCalls.delete(call),
    warn,
  };
}
