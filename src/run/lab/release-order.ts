/**
 * Releases answers to an engine in an order that depends only on its requests.
 *
 * Each request has a nominal duration. Answers are released by nominal finishing time, ties in the order of
 * requests. After each one the engine runs until it has nothing more to do (one turn of the event loop), so
 * that its next requests are in the order before the next answer is released. The work itself starts at once
 * and is never delayed.
 */
interface ReleaseOrder {
  ask<T>(nominalDuration: number, work: () => Promise<T>): Promise<T>;
}

interface Pending {
  readonly due: number;
  readonly turn: number;
  isDone: boolean;
  release: () => void;
}

export function createReleaseOrder(): ReleaseOrder {
  const pending: Pending[] = [];
  let now = 0;
  let turns = 0;
  let isReleasing = false;

  const releaseNext = (): void => {
    const head = pending[0];
    if (head === undefined || !head.isDone) {
      isReleasing = false;
      return;
    }
    pending.shift();
    now = head.due;
    head.release();
    setImmediate(releaseNext);
  };
  const wake = (): void => {
    if (isReleasing || pending[0]?.isDone !== true) return;
    isReleasing = true;
    setImmediate(releaseNext);
  };

  return {
    ask(nominalDuration, work) {
      const entry: Pending = { due: now + nominalDuration, turn: turns++, isDone: false, release: () => {} };
      insert(pending, entry);
      return new Promise((resolve, reject) => {
        const finish = (release: () => void): void => {
          entry.release = release;
          entry.isDone = true;
          wake();
        };
        work().then(
          (value) => finish(() => resolve(value)),
          (error: unknown) => finish(() => reject(error)),
        );
      });
    },
  };
}

/** Keeps the list sorted by due time, then turn; lists are short, one entry per lane. */
function insert(pending: Pending[], entry: Pending): void {
  let at = pending.length;
  while (at > 0 && (pending[at - 1] as Pending).due > entry.due) at--;
  pending.splice(at, 0, entry);
}
