import { ModelError } from "../core/errors.ts";
import { throwIfAborted } from "./aborted.ts";

/** Questions on their way: asked a second time, they are answered by the first asking. */
export interface InFlight {
  /** `isFirst` is false when another caller's answer is taken. Order of asking decides who is first. */
  share<Answer>(
    key: string,
    signal: AbortSignal | undefined,
    ask: () => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isFirst: boolean }>;
}

export function createInFlight(): InFlight {
  const flights = new Map<string, Promise<unknown>>();
  return {
    async share<Answer>(key: string, signal: AbortSignal | undefined, ask: () => Promise<Answer>) {
      for (;;) {
        const flight = flights.get(key) as Promise<Answer> | undefined;
        if (flight === undefined) {
          const own = ask().finally(() => flights.delete(key));
          flights.set(key, own);
          return { answer: await own, isFirst: true };
        }
        try {
          return { answer: await flight, isFirst: false };
        } catch (error) {
          // The first caller gave up; that says nothing about the question.
          if (!(error instanceof ModelError) || error.kind !== "aborted") throw error;
          throwIfAborted(signal);
        }
      }
    },
  };
}
