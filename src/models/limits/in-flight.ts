/** Calls in progress: concurrent calls with the same question share one answer. */
export interface InFlight {
  /** `isFirst` is false if the answer comes from another caller's request. The first call sends it. */
  share<Answer>(
    key: string,
    signal: AbortSignal | undefined,
    ask: () => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isFirst: boolean }>;
}

interface Flight {
  readonly answer: Promise<unknown>;
  readonly signal: AbortSignal | undefined;
}

export function createInFlight(): InFlight {
  const flights = new Map<string, Flight>();
  return {
    async share<Answer>(key: string, signal: AbortSignal | undefined, ask: () => Promise<Answer>) {
      for (;;) {
        const flight = flights.get(key);
        if (flight === undefined) {
          const answer = ask().finally(() => flights.delete(key));
          flights.set(key, { answer, signal });
          return { answer: await answer, isFirst: true };
        }
        try {
          return { answer: (await flight.answer) as Answer, isFirst: false };
        } catch (error) {
          // The first caller aborted, which is no result for this question.
          if (flight.signal?.aborted !== true || signal?.aborted === true) throw error;
        }
      }
    },
  };
}
