import type { LanguageModel, ModelLayer } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError, type Clock, onAbort } from "../clock.ts";
import { withComplete } from "../layers/with-complete.ts";
import { limitPauseMs } from "../retries.ts";

/** Called each time a model's calls start to wait. */
type OnWaiting = (waiting: { readonly durationMs: number; readonly error: ModelError }) => void;

interface GateOptions {
  /** Longest wait without a success, in milliseconds. */
  readonly patienceMs: number;
  readonly onWaiting: OnWaiting;
}

/** Where all calls of one model wait while its provider limits the rate. */
interface RateGate {
  /**
   * Runs a task once the gate is open, and again after each ModelError `rate_limit`. Rejects with
   * `rate_limit_exceeded` when the patience is used up.
   */
  pass<Result>(signal: AbortSignal | undefined, task: () => Promise<Result>): Promise<Result>;
  /** Wraps the actual request inside a task. The task must pass its rejections on. */
  send<Result>(sending: () => Promise<Result>): Promise<Result>;
}

/** The gates of one process by name: a model's key or an application's address. */
export interface RateGates {
  gate(name: string, options: GateOptions): RateGate;
}

export function createRateGates(clock: Clock, random: () => number): RateGates {
  const gates = new Map<string, RateGate>();
  return {
    gate(name, options) {
      const gate = gates.get(name) ?? createRateGate(clock, random, options);
      gates.set(name, gate);
      return gate;
    },
  };
}

/** A wait extended by less than this is not reported again, in milliseconds. */
const shownApartMs = 1000;

/** Thrown by a call that found the gate closed after it got its slot: it gives the slot back and waits. */
class GateClosed extends Error {}

function createRateGate(
  clock: Clock,
  random: () => number,
  { patienceMs, onWaiting }: GateOptions,
): RateGate {
  let opensAtMs = Number.NEGATIVE_INFINITY;
  let shownUntilMs = Number.NEGATIVE_INFINITY;
  /** Time of the first refusal since the last success. */
  let limitedSinceMs: number | undefined;
  let refusals = 0;
  let sent = 0;
  let sentAtClosing = 0;
  /**
   * True until the first call after a wait is answered: only one is sent, so that the others do not all retry at
   * once.
   */
  let isUntried = false;
  let probe: Promise<void> | undefined;
  /** The error for all further calls, once the patience is used up. */
  let exceeded: ModelError | undefined;

  const isClosed = (): boolean => probe !== undefined || clock.now() < opensAtMs;

  async function waitUntilOpen(signal: AbortSignal | undefined): Promise<void> {
    while (isClosed()) {
      if (exceeded !== undefined && clock.now() < opensAtMs) throw exceeded;
      if (probe === undefined) await clock.sleep(opensAtMs - clock.now(), signal);
      else await unlessAborted(probe, signal);
    }
  }

  function close(error: ModelError, serial: number): void {
    const nowMs = clock.now();
    limitedSinceMs ??= nowMs;
    // Calls in flight when the gate closed belong to the same burst.
    if (serial > sentAtClosing) refusals++;
    sentAtClosing = sent;
    isUntried = true;
    const durationMs = limitPauseMs(refusals, error.retryAfterMs, random());
    const leastMs = Math.min(durationMs, error.retryAfterMs ?? durationMs);
    opensAtMs = Math.max(opensAtMs, nowMs + durationMs);
    if (nowMs + leastMs - limitedSinceMs > patienceMs) {
      exceeded = exceededError(error, { waitedMs: nowMs - limitedSinceMs, patienceMs });
      throw exceeded;
    }
    if (opensAtMs <= shownUntilMs + shownApartMs) return;
    shownUntilMs = opensAtMs;
    onWaiting({ durationMs: opensAtMs - nowMs, error });
  }

  function answered(serial: number): void {
    limitedSinceMs = undefined;
    exceeded = undefined;
    if (serial <= sentAtClosing) return;
    isUntried = false;
    refusals = 0;
  }

  return {
    async pass(signal, task) {
      for (;;) {
        await waitUntilOpen(signal);
        try {
          return await task();
        } catch (error) {
          const isWaitedFor = error instanceof ModelError && error.kind === "rate_limit";
          if (!isWaitedFor && !(error instanceof GateClosed)) throw error;
        }
      }
    },
    async send(sending) {
      if (isClosed()) throw new GateClosed();
      const serial = ++sent;
      const isProbe = isUntried;
      let probed = (): void => {};
      if (isProbe) {
        probe = new Promise<void>((resolve) => {
          probed = resolve;
        });
      }
      try {
        const result = await sending();
        answered(serial);
        return result;
      } catch (error) {
        if (error instanceof ModelError && error.kind === "rate_limit") close(error, serial);
        throw error;
      } finally {
        if (isProbe) {
          probe = undefined;
          probed();
        }
      }
    },
  };
}

function exceededError(
  error: ModelError,
  { waitedMs, patienceMs }: { waitedMs: number; patienceMs: number },
): ModelError {
  const seconds = (ms: number) => Math.round(ms / 1000);
  const askedMs = error.retryAfterMs ?? 0;
  const what =
    askedMs > patienceMs
      ? `asks for a wait of ${seconds(askedMs)} s, longer than rate_limit_patience_seconds (${seconds(patienceMs)})`
      : `is still rate limited after ${seconds(waitedMs)} s (rate_limit_patience_seconds: ${seconds(patienceMs)})`;
  return error.with({
    kind: "rate_limit_exceeded",
    message: `${error.message}; it ${what}`,
    hint: "continue later with --resume (answers are kept), set the model's `limits` to stay below its rate, or increase rate_limit_patience_seconds",
  });
}

function unlessAborted(waited: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(abortedError());
    const forget = onAbort(signal, () => reject(abortedError()));
    void waited.then(() => {
      forget();
      resolve();
    });
  });
}

/** Belongs below the limiter: sends nothing while the gate is closed. */
export function sendThroughGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) => withComplete(model, (request) => gate.send(() => model.complete(request)));
}

/** Belongs above the limiter: a call waiting at the gate holds no slot. */
export function waitAtGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) =>
    withComplete(model, (request) => gate.pass(request.signal, () => model.complete(request)));
}
