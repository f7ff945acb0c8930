/** Ends work that waits for a connection that never comes. */
export interface GiveUp {
  /** The work's result, or the error of giving up, whichever is first. Keeps nothing of finished work. */
  guard<Result>(work: Promise<Result>): Promise<Result>;
  now(error: Error): void;
}

export function createGiveUp(): GiveUp {
  const waiting = new Set<(error: Error) => void>();
  return {
    guard: (work) =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        work.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
    now(error) {
      for (const reject of waiting) reject(error);
      waiting.clear();
    },
  };
}
