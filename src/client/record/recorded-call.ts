import type { TracedEndpoint } from "../../traces/openai/read-request.ts";
import type { CallSettings } from "../client-settings.ts";
import type { UsedTemplate } from "../template/fill-body.ts";
import { type AnswerMarker, createMarker } from "./mark-runner.ts";

/** How a call ended, as raw as it came: nothing is worked out while the caller waits. */
interface CallEnd {
  /** JSON text of the answer's body, or of what came of it. */
  readonly answer?: string | undefined;
  readonly error?: unknown;
}

/** Everything that the trace of a finished call is made of. */
export interface FinishedCall extends CallEnd {
  readonly endpoint: TracedEndpoint;
  readonly name: string | undefined;
  readonly settings: CallSettings;
  readonly used: UsedTemplate | undefined;
  /** The request as sent, or the body as given if it was never sent. */
  readonly request: string | object;
  readonly provider: string;
  /** Values that must not be recorded. */
  secrets(): readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly latencyMs: number;
  /** Time from the last attempt to the head of its response. */
  readonly providerLatencyMs: number | undefined;
  readonly attempts: number;
}

interface CallClock {
  now(): Date;
  monotonicMs(): number;
}

/** A call in progress. Every method is safe at any time; only the first end counts. */
export interface RecordedCall {
  readonly endpoint: TracedEndpoint;
  readonly settings: CallSettings;
  readonly waitsForEvent: boolean;
  readonly mark: AnswerMarker;
  /** Called when an attempt is sent with this body. */
  sent(body: unknown): void;
  /** Called when the head of the response arrives. */
  headed(): void;
  /** Resolves when the event is stored or counted as lost; never rejects. */
  ended(end: CallEnd): Promise<void>;
}

type RecordedParts = Pick<FinishedCall, "endpoint" | "name" | "settings" | "used" | "provider"> & {
  readonly body: object;
  readonly waitsForEvent: boolean;
  readonly clock: CallClock;
  /** Captures the current keys for later evaluation. */
  takeSecrets(): () => readonly string[];
  /** Accepts the finished call. */
  keep(call: FinishedCall): Promise<void>;
};

export function openCall(parts: RecordedParts): RecordedCall {
  const { endpoint, name, settings, used, provider, body, clock } = parts;
  const startedAt = clock.now();
  const startMs = clock.monotonicMs();
  let request: string | object = body;
  // Keys may change between attempts and before the call ends.
  const secrets: (() => readonly string[])[] = [];
  let attempts = 0;
  let attemptMs: number | undefined;
  let providerLatencyMs: number | undefined;
  let kept: Promise<void> | undefined;
  return {
    endpoint,
    settings,
    waitsForEvent: parts.waitsForEvent,
    mark: createMarker(settings.feedbackKey),
    sent(wire) {
      attempts++;
      secrets.push(parts.takeSecrets());
      attemptMs = clock.monotonicMs();
      if (typeof wire === "string") request = wire;
    },
    headed() {
      if (attemptMs !== undefined) providerLatencyMs = clock.monotonicMs() - attemptMs;
    },
    ended(end) {
      kept ??= parts.keep({
        ...end,
        endpoint,
        name,
        settings,
        used,
        provider,
        request,
        secrets: () => [...secrets, parts.takeSecrets()].flatMap((taken) => taken()),
        startedAt,
        endedAt: clock.now(),
        latencyMs: clock.monotonicMs() - startMs,
        providerLatencyMs,
        attempts,
      });
      return kept;
    },
  };
}
