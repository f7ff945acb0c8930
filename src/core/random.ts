import { digestOfText } from "./data/digest.ts";

/** A seeded source of randomness. Equal seeds give equal draws on every platform. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound); `bound` ≥ 1. */
  integer(bound: number): number;
  /** One of the items. Throws RangeError if the list is empty. */
  pick<T>(items: readonly T[]): T;
  /** One of the items, drawn by weight (≥ 0); uniform if all weights are 0. */
  pickWeighted<T>(items: readonly T[], weight: (item: T) => number): T;
  /** A new list in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream that depends only on the seed and the label, not on earlier draws. */
  fork(label: string): Random;
}

/** sfc32 (C. Doty-Humphrey, PractRand), seeded by the SHA-256 of the seed. */
export function createRandom(seed: string | number): Random {
  const key = String(seed);
  const hash = digestOfText(`dao-opt:${key}`);
  let [a, b, c, d] = [0, 8, 16, 24].map((at) => Number.parseInt(hash.slice(at, at + 8), 16) | 0) as [
    number,
    number,
    number,
    number,
  ];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4294967296;
  };
  const integer = (bound: number): number => Math.floor(next() * bound);
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError("pick: the list is empty");
    return items[integer(items.length)] as T;
  };
  return {
    next,
    integer,
    pick,
    pickWeighted(items, weight) {
      const total = items.reduce((sum, item) => sum + weight(item), 0);
      if (!(total > 0)) return pick(items);
      let rest = next() * total;
      for (const item of items) {
        rest -= weight(item);
        if (rest < 0) return item;
      }
      return items[items.length - 1] as (typeof items)[number];
    },
    shuffle(items) {
      const order = [...items];
      for (let at = order.length - 1; at > 0; at--) {
        const other = integer(at + 1);
        [order[at], order[other]] = [
          order[other] as (typeof order)[number],
          order[at] as (typeof order)[number],
        ];
      }
      return order;
    },
    fork: (label) => createRandom(`${key}/${label}`),
  };
}
