import type { LanguageModel, ModelLayer } from "../../contracts/language-model.ts";
import { ModelError } from "../../core/errors.ts";
import { abortedError, type Clock, onAbort } from "../clock.ts";
import { withComplete } from "../layers/with-complete.ts";
import { limitPauseMs } from "../retries.ts";

/** Told each time the calls of a model begin to wait. */
type OnWaiting = (waiting: { readonly durationMs: number; readonly error: ModelError }) => void;

interface GateOptions {
  /** The longest wait without a success between, in milliseconds. */
  readonly patienceMs: number;
  readonly onWaiting: OnWaiting;
}

/** Where all calls of one model wait together while its provider says "too many". */
interface RateGate {
  /**
   * Runs a task once the gate is open, and again after each ModelError `rate_limit`. Rejects with
   * `rate_limit_exceeded` when the patience is over.
   */
  pass<Result>(signal: AbortSignal | undefined, task: () => Promise<Result>): Promise<Result>;
  /** Within a task, around what is really sent. The task must let its rejections pass. */
  send<Result>(sending: () => Promise<Result>): Promise<Result>;
}

/** The gates of one process, by name: a model's key, or an application's address. */
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

/** A wait that is prolonged by less is not shown anew, in milliseconds. */
const shownApartMs = 1000;

/** Thrown by a call that had its place and found the gate closed: it gives the place back, and waits. */
class GateClosed extends Error {}

function createRateGate(
  clock: Clock,
  random: () => number,
  { patienceMs, onWaiting }: GateOptions,
): RateGate {
  let opensAtMs = Number.NEGATIVE_INFINITY;
  let shownUntilMs = Number.NEGATIVE_INFINITY;
  /** First refusal since the last success. */
  let limitedSinceMs: number | undefined;
  let refusals = 0;
  let sent = 0;
  let sentAtClosing = 0;
  /** Set until a call that was sent after the wait is answered: one goes first, so that they do not all come back at once. */
  let isUntried = false;
  let probe: Promise<void> | undefined;
  /** Why nothing is waited for any more. */
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
    // What was on its way when the gate closed belongs to the same burst.
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
      ? `asks to wait ${seconds(askedMs)} s, longer than rate_limit_patience_seconds (${seconds(patienceMs)})`
      : `still limits its rate after ${seconds(waitedMs)} s of waiting (rate_limit_patience_seconds: ${seconds(patienceMs)})`;
  return error.with({
    kind: "rate_limit_exceeded",
    message: `${error.message}; it ${what}`,
    hint: "go on later with --resume: what is answered is kept; `limits` of the model keep it below its rate, rate_limit_patience_seconds lets it wait longer",
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

/** Under the limiter: nothing is sent while the gate is closed. */
export function sendThroughGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) => withComplete(model, (request) => gate.send(() => model.complete(request)));
}

/** Over the limiter: a call that waits for the gate holds no place. */
export function waitAtGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) =>
    withComplete(model, (request) => gate.pass(request.signal, () => model.complete(request)));
}
