import type { TracedEndpoint } from "../../traces/openai/openai-endpoint.ts";
import type { CallSettings } from "../settings/call-settings.ts";
import type { UsedTemplate } from "../template/fill-body.ts";
import { type AnswerMarker, createMarker } from "./mark-answer.ts";

/** How a call ended, as raw as it came: nothing is worked out while the caller waits. */
interface CallEnd {
  /** JSON text of the answer's body, or of what came of it. */
  readonly answer?: string | undefined;
  readonly error?: unknown;
}

/** Everything of a finished call that a trace is made of. */
export interface FinishedCall extends CallEnd {
  readonly endpoint: TracedEndpoint;
  readonly name: string | undefined;
  readonly settings: CallSettings;
  readonly used: UsedTemplate | undefined;
  /** As it went out; the body as given where it never did. */
  readonly request: string | object;
  readonly provider: string;
  /** Values that must not be written down. */
  secrets(): readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly latencyMs: number;
  /** From the last attempt to the head of its response. */
  readonly providerLatencyMs: number | undefined;
  readonly attempts: number;
}

interface CallClock {
  now(): Date;
  monotonicMs(): number;
}

/** A call on its way. Every method is safe to call at any time; the first end counts. */
export interface RecordedCall {
  readonly endpoint: TracedEndpoint;
  readonly settings: CallSettings;
  readonly waitsForEvent: boolean;
  readonly mark: AnswerMarker;
  /** An attempt goes out with this body. */
  sent(body: unknown): void;
  /** The head of the response is there. */
  headed(): void;
  /** Resolves when the event is kept or counted as lost; never rejects. */
  ended(end: CallEnd): Promise<void>;
}

type RecordedParts = Pick<FinishedCall, "endpoint" | "name" | "settings" | "used" | "provider"> & {
  readonly body: object;
  readonly waitsForEvent: boolean;
  readonly clock: CallClock;
  /** The keys of this moment, to be looked at later. */
  takeSecrets(): () => readonly string[];
  /** Takes the finished call over. */
  keep(call: FinishedCall): Promise<void>;
};

export function openCall(parts: RecordedParts): RecordedCall {
  const { endpoint, name, settings, used, provider, body, clock } = parts;
  const startedAt = clock.now();
  const startMs = clock.monotonicMs();
  let request: string | object = body;
  // Keys may change between attempts, and before the call ends.
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
