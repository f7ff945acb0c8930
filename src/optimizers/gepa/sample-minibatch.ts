import type { Example } from "../../core/data/example.ts";
import type { Random } from "../../core/random.ts";

/** Deals train rows in shuffled epochs, each row once an epoch. */
export interface MinibatchSampler {
  /** The next rows that are wanted, in the order of the epochs; fewer when no more are wanted. */
  next(size: number, isWanted: (example: Example) => boolean): readonly Example[];
}

export function createMinibatchSampler(train: readonly Example[], random: Random): MinibatchSampler {
  let epoch = 0;
  let waiting: Example[] = [];
  const refill = (): void => {
    const dealt = new Set(waiting);
    const rest = random.fork(`epoch ${epoch++}`).shuffle(train);
    waiting = [...waiting, ...rest.filter((example) => !dealt.has(example))];
  };
  return {
    next(size, isWanted) {
      const count = Math.min(size, train.filter(isWanted).length);
      const batch: Example[] = [];
      while (batch.length < count) {
        const at = waiting.findIndex((example) => isWanted(example) && !batch.includes(example));
        if (at === -1) refill();
        else batch.push(...waiting.splice(at, 1));
      }
      return batch;
    },
  };
}
