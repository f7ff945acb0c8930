/**
 * Joins the calls of one turn of the event loop, and those that come while a batch is on its way, into one: many
 * questions of a step cost one round trip.
 */
export function batchCalls<Key, Result>(
  run: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Result>>,
  largest = 500,
): (key: Key) => Promise<Result | undefined> {
  interface Call {
    readonly key: Key;
    resolve(result: Result | undefined): void;
    reject(error: unknown): void;
  }
  let waiting: Call[] = [];
  let isRunning = false;

  const start = async (): Promise<void> => {
    isRunning = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, largest);
      waiting = waiting.slice(largest);
      try {
        const results = await run([...new Set(batch.map(({ key }) => key))]);
        for (const { key, resolve } of batch) resolve(results.get(key));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isRunning = false;
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!isRunning) void start();
    });
}
