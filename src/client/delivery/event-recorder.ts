import type { TraceLosses } from "../../contracts/trace-store.ts";
import type { JsonValue } from "../../core/data/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { renameCleaned } from "../../traces/derived-name.ts";
import type { Redactor } from "../../traces/redaction/create-redactor.ts";
import type { ClientSettings } from "../client-settings.ts";
import { maskSecrets } from "../record/call-secrets.ts";
import type { FinishedCall } from "../record/recorded-call.ts";
import { makeTrace } from "./make-trace.ts";
import type { EventSink, LossListener } from "./post-queue.ts";

/** Makes events of finished calls and hands them to a sink, after the caller has its answer. */
interface EventRecorder {
  /** Loads what the first event will need, so that no call stands still for it. */
  prepare(): void;
  /** Resolves when the event is passed on, or stored if the settings require it. Never rejects. */
  keep(call: FinishedCall): Promise<void>;
  addFeedback(key: string, feedback: TraceFeedback | { readonly isDeleted: true }): Promise<void>;
  updateChain(chainId: string, result: JsonValue): Promise<void>;
  /** Resolves when all events of ended calls are stored or lost. Never rejects. */
  flush(): Promise<TraceLosses>;
}

export interface RecorderServices {
  openSink(): Promise<EventSink>;
  openRedactor(): Promise<Redactor>;
  /** Called with work that a flush, and the end of the process, must wait for. */
  begin(work: Promise<void>): void;
  /** Resolves when all work begun by any client of the process is done. */
  settled(): Promise<void>;
  /** Called for events that never reached the sink. */
  readonly onLoss: LossListener;
}

type RecorderSettings = Pick<ClientSettings, "environment" | "redactsPii" | "waitsForEvent">;

export function createEventRecorder(settings: RecorderSettings, services: RecorderServices): EventRecorder {
  let sink: Promise<EventSink> | undefined;
  let redactor: Promise<Redactor> | undefined;
  let losses: TraceLosses = { count: 0 };

  /** Undefined if nothing is redacted. */
  const openRedactor = async () => {
    if (!settings.redactsPii) return undefined;
    redactor ??= services.openRedactor();
    return redactor;
  };
  const openSink = () => {
    sink ??= services.openSink();
    return sink;
  };
  /** Reasons are fixed texts: an error of a redactor or of JSON may quote private data. */
  const lose = (reason: string) => {
    losses = { count: losses.count + 1, reason };
    services.onLoss(losses);
  };
  const later = (reason: string, work: (sink: EventSink, redactor: Redactor | undefined) => void) => {
    const run = async () => {
      await nextTurn();
      let step = reason;
      try {
        const opened = await openSink();
        step = settings.redactsPii ? "redaction failed" : reason;
        work(opened, await openRedactor());
        if (settings.waitsForEvent) await opened.flush();
      } catch {
        lose(step);
      }
    };
    const done = run();
    services.begin(done);
    return done;
  };

  return {
    prepare() {
      // A failure here recurs with the first event, which counts it.
      for (const opening of [openSink(), openRedactor()]) opening.catch(() => {});
    },
    keep: (call) =>
      later("the call could not be serialized", (opened, redact) => {
        const made = makeTrace(call, settings);
        const trace = renameCleaned(made, maskSecrets(made, call.secrets()));
        opened.append(redact === undefined ? trace : redact.trace(trace));
      }),
    addFeedback: (key, feedback) =>
      later("the feedback could not be serialized", (opened, redact) => {
        if (redact === undefined) opened.addFeedback(key, feedback);
        // The trace contains the key as redacted.
        else opened.addFeedback(redact.text(key), redactFeedback(feedback, redact));
      }),
    updateChain: (chainId, result) =>
      later("the chain's result could not be serialized", (opened, redact) => {
        if (redact === undefined) opened.updateChain(chainId, result);
        else opened.updateChain(redact.text(chainId), redact.json(result));
      }),
    async flush() {
      await services.settled();
      const delivered = await sink?.then((opened) => opened.flush()).catch(() => undefined);
      const count = losses.count + (delivered?.count ?? 0);
      const reason = delivered?.reason ?? losses.reason;
      return { count, ...(reason === undefined ? {} : { reason }) };
    },
  };
}

function redactFeedback(
  feedback: TraceFeedback | { readonly isDeleted: true },
  redactor: Redactor,
): TraceFeedback | { readonly isDeleted: true } {
  if ("isDeleted" in feedback) return feedback;
  const { betterResponse, comment } = feedback;
  return {
    ...feedback,
    ...(betterResponse === undefined ? {} : { betterResponse: redactor.text(betterResponse) }),
    ...(comment === undefined ? {} : { comment: redactor.text(comment) }),
  };
}

/** Lets the application run first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
