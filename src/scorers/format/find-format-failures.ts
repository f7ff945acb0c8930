import type { Scorer, ScorerSpec } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import { isDaoOptError } from "../../core/errors.ts";
import type { ToolCall } from "../../core/prompt/message.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { createScorer } from "../create-scorer.ts";
import { type AnswerSet, type FormatFault, type LenientReading, lenientReadings } from "./format-fault.ts";

/** An answer and its score. */
export interface AnsweredRow {
  readonly example: Example;
  readonly output: string;
  readonly toolCalls?: readonly ToolCall[];
  /** 0 to 1. */
  readonly score: number;
}

/** Failed rows with the same fault. */
export interface FormatFinding {
  readonly fault: FormatFault;
  readonly rows: number;
  /** Sum of the scores that these rows lose by the fault. */
  readonly points: number;
  /** The config's scorers with the change that accepts such answers; null if no scorer does. */
  readonly scorers: readonly ScorerSpec[] | null;
}

export interface FormatFailures {
  /** Rows with a score below 1. */
  readonly failed: number;
  /** Most rows first. */
  readonly findings: readonly FormatFinding[];
  /** Positions of the rows in `findings`, in the given list. */
  readonly at: ReadonlySet<number>;
}

export interface FormatContext {
  readonly answers: AnswerSet;
  readonly catalog: Pick<Catalog, "load">;
  /** Folder of the config. */
  readonly directory: string;
}

interface Reader {
  readonly reading: LenientReading;
  readonly scorers: readonly ScorerSpec[] | null;
  /** The scorer as configured, and the lenient one. */
  readonly strict: Scorer;
  readonly lenient: Scorer;
  /** Share of this scorer in the score. */
  readonly share: number;
  /** Another scorer grades differently: only its full score shows that the answer is right. */
  readonly isOtherScorer: boolean;
}

/** A row counts as failed below this score; a mean of weights may be slightly below 1. */
export const fullScore = 1 - 1e-9;

/**
 * Finds failed rows whose answer is right in content: a more lenient scorer gives it a higher score. Each row
 * counts for the strictest reading that does. Rules only: no model is called.
 */
export async function findFormatFailures(
  rows: readonly AnsweredRow[],
  specs: readonly ScorerSpec[],
  context: FormatContext,
): Promise<FormatFailures> {
  const failed = rows.flatMap((row, at) => (row.score < fullScore ? [{ row, at }] : []));
  const readers = failed.length === 0 ? [] : await readersOf(specs, context);
  const found = new Map<Reader, { rows: number; points: number }>();
  const places = new Set<number>();
  for (const { row, at } of failed) {
    for (const reader of readers) {
      const points = await pointsLost(row, reader);
      if (points <= 1e-9) continue;
      const counts = found.get(reader) ?? { rows: 0, points: 0 };
      found.set(reader, { rows: counts.rows + 1, points: counts.points + points });
      places.add(at);
      break;
    }
  }
  const findings = [...found].map(([{ reading, scorers }, counts]) => ({
    fault: reading.fault,
    ...counts,
    scorers,
  }));
  return {
    failed: failed.length,
    findings: findings.sort((one, other) => other.rows - one.rows),
    at: places,
  };
}

async function readersOf(
  specs: readonly ScorerSpec[],
  { answers, catalog, directory }: FormatContext,
): Promise<readonly Reader[]> {
  const total = specs.reduce((sum, { weight }) => sum + weight, 0);
  const create = (spec: ScorerSpec) => createScorer([{ ...spec, weight: 1 }], catalog, directory);
  const readers: Reader[] = [];
  for (const [place, spec] of specs.entries()) {
    for (const reading of lenientReadings(spec, answers)) {
      const lenientSpec = reading.scorer === null ? spec : { ...spec, ...reading.scorer };
      readers.push({
        reading,
        scorers: reading.scorer === null ? null : specs.map((one, at) => (at === place ? lenientSpec : one)),
        strict: await create(spec),
        lenient: await create(lenientSpec),
        share: spec.weight / total,
        isOtherScorer: lenientSpec.use !== spec.use,
      });
    }
  }
  return readers;
}

/** What the row would gain under the lenient reading; 0 if a scorer cannot use the row. */
async function pointsLost(row: AnsweredRow, reader: Reader): Promise<number> {
  const { reading, strict, lenient, share, isOtherScorer } = reader;
  const { example, output, toolCalls = [] } = row;
  if (reading.mostWords !== undefined && output.trim().split(/\s+/u).length > reading.mostWords) return 0;
  const read = reading.extract?.(output) ?? output;
  try {
    const before = await strict.score({ example, output, toolCalls });
    const after = await lenient.score({ example, output: read, toolCalls });
    return isOtherScorer && after.value < fullScore ? 0 : (after.value - before.value) * share;
  } catch (error) {
    if (isDaoOptError(error)) return 0;
    throw error;
  }
}
