import type { Example } from "../../core/data/example.ts";
import type { Split } from "../../core/data/split.ts";

/** What a headroom test asks, decided before the first call. */
export interface HeadroomPlan {
  /** Rows of validation and train; the test rows are never asked. */
  readonly rows: readonly Example[];
  /** The first rows, which are asked a second time. */
  readonly repeated: number;
  /** Failed rows that are sampled, at most, and how often each. */
  readonly sampled: number;
  readonly samples: number;
  /** The first rows, which the source model is asked too; 0 without one. */
  readonly compared: number;
  /** Most calls: base, repeats, samples, source and judge. */
  readonly calls: number;
}

/** Calls of one optimization without `--max-calls`; a source model is asked on top of them. */
export function defaultHeadroomCalls(hasSource: boolean): number {
  return hasSource ? 80 : 60;
}

/** The rest is left for retries that a provider bills. */
const plannedShare = 0.9;
/** Answers per sampled row: the n of "best of n". */
const samplesPerRow = 4;
/** Shares of the answers; what remains is for samples. */
const shares = {
  alone: { base: 0.52, repeats: 0.22 },
  withSource: { base: 0.36, repeats: 0.14, source: 0.3 },
} as const;
/** Scored rows without which there is no verdict. */
export const fewestBaseRows = 8;

/** The least `maxCalls` of `planHeadroom` that leaves enough rows for a verdict. */
export function leastHeadroomCalls({ judgeCalls, hasSource }: Omit<HeadroomAsk, "maxCalls">): number {
  const { base } = hasSource ? shares.withSource : shares.alone;
  return Math.ceil((Math.ceil(fewestBaseRows / base) * (1 + judgeCalls)) / plannedShare);
}

interface HeadroomAsk {
  readonly maxCalls: number;
  /** Usual number of judge calls per answer. */
  readonly judgeCalls: number;
  readonly hasSource: boolean;
}

/**
 * Divides the calls among base, repeats, samples and source. Validation rows come first: a run asks for their
 * answers too, and finds them in the cache.
 */
export function planHeadroom(
  { train, validation }: Pick<Split, "train" | "validation">,
  { maxCalls, judgeCalls, hasSource }: HeadroomAsk,
): HeadroomPlan {
  const rollouts = Math.floor((maxCalls * plannedShare) / (1 + judgeCalls));
  const { base, repeats } = hasSource ? shares.withSource : shares.alone;
  const source = hasSource ? shares.withSource.source : 0;
  const known = new Set<string>();
  const rows: Example[] = [];
  for (const example of eachOf(validation, train)) {
    if (rows.length >= Math.floor(rollouts * base)) break;
    if (known.has(example.id)) continue;
    known.add(example.id);
    rows.push(example);
  }
  const repeated = Math.min(rows.length, Math.floor(rollouts * repeats));
  const compared = Math.min(rows.length, Math.floor(rollouts * source));
  const asked = rows.length + compared + repeated;
  const sampled = Math.min(rows.length, Math.floor((rollouts - asked) / samplesPerRow));
  const total = asked + sampled * samplesPerRow;
  return {
    rows,
    repeated,
    sampled,
    samples: samplesPerRow,
    compared,
    calls: Math.round(total * (1 + judgeCalls)),
  };
}

function* eachOf(...parts: readonly (readonly Example[])[]): Generator<Example> {
  for (const part of parts) yield* part;
}
