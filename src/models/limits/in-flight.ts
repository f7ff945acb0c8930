/** Questions on their way: asked a second time, they are answered by the first asking. */
export interface InFlight {
  /** `isFirst` is false when another caller's answer is taken. Order of asking decides who is first. */
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
          // The first caller gave up; that says nothing about the question.
          if (flight.signal?.aborted !== true || signal?.aborted === true) throw error;
        }
      }
    },
  };
}
