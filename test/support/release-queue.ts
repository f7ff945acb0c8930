/**
 * Releases answers by nominal finishing time, ties in request order, whatever order they arrive in; after
 * each one the engine runs until it is idle. `Lab` promises this to its engines.
 */
export interface ReleaseQueue {
  ask<T>(nominalDuration: number, work: () => Promise<T>): Promise<T>;
  /** False while the engine is idle: every answer to come has yet to arrive. */
  readonly isReleasing: boolean;
}

interface Entry {
  readonly due: number;
  /** Set once the answer has arrived. */
  release?: () => void;
}

export function createReleaseQueue(): ReleaseQueue {
  const entries: Entry[] = [];
  let now = 0;
  let isTurning = false;

  const turn = (): void => {
    const head = entries[0];
    if (head?.release === undefined) {
      isTurning = false;
      return;
    }
    entries.shift();
    now = head.due;
    head.release();
    setImmediate(turn);
  };

  return {
    get isReleasing() {
      return isTurning;
    },
    ask(nominalDuration, work) {
      const entry: Entry = { due: now + nominalDuration };
      const later = entries.findIndex(({ due }) => due > entry.due);
      entries.splice(later === -1 ? entries.length : later, 0, entry);
      return new Promise((resolve, reject) => {
        const arrive = (release: () => void): void => {
          entry.release = release;
          if (isTurning) return;
          isTurning = true;
          setImmediate(turn);
        };
        work().then(
          (value) => arrive(() => resolve(value)),
          (error: unknown) => arrive(() => reject(error)),
        );
      });
    },
  };
}
