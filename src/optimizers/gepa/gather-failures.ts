import type { Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { canPayStep, isCareful } from "./budget-checks.ts";
import type { GepaSearch } from "./state.ts";

/** Evidence for a rewrite: rows its parent got wrong, and one it got right for contrast. */
export interface RewriteEvidence {
  readonly outcomes: readonly Outcome[];
  /** The rows run for this rewrite, right or wrong. */
  readonly minibatch: readonly Example[];
}

// Keeps lanes from running a nearly perfect parent on all train rows.
const mostBatches = 4;
// Share of failures below which they are rare: worth more rows, and often noise.
const fewFailures = 1 / 3;

/**
 * Evidence for several rewrites of one parent. The parent runs on as many train rows as all of them need at once, so
 * that no rewrite waits for the rows of another. Failures that no reflection has seen come first, then known ones,
 * least-shown first. An entry without outcomes is a rewrite that has nothing to learn from.
 */
export async function gatherFailures(
  search: GepaSearch,
  parent: Candidate,
  rewrites: number,
): Promise<readonly RewriteEvidence[]> {
  const { options } = search;
  const wanted = rewrites * options.minibatch_size;
  const drawn: Example[] = [];
  for (let batch = 0; batch < mostBatches; batch++) {
    const unseen = failuresAmong(search, parent, search.task.train).filter(
      (row) => timesShown(search, parent, row) === 0,
    ).length;
    if (unseen >= (batch === 0 ? wanted : rewrites) || (batch > 0 && !canPayStep(search, true))) break;
    const isRare = isCareful(search) && isSeldomWrong(search, parent);
    const size = isRare ? wanted * mostBatches : wanted - unseen;
    const rows = search.sampler.next(size, (example) => !search.cards.isAsked(parent.id, example));
    if (rows.length === 0) break;
    drawn.push(...rows);
    await search.cards.measure(parent, rows);
    await confirmFailures(search, parent);
  }
  return Array.from({ length: rewrites }, (_, at) => dealLesson(search, parent, drawn, at));
}

function dealLesson(
  search: GepaSearch,
  parent: Candidate,
  drawn: readonly Example[],
  at: number,
): RewriteEvidence {
  const { cards, options, task } = search;
  const size = options.minibatch_size;
  const minibatch = drawn.slice(at * size, (at + 1) * size);
  const lesson = failuresAmong(search, parent, task.train)
    .map((example, place) => ({ example, place, shown: timesShown(search, parent, example) }))
    .sort((one, other) => one.shown - other.shown || one.place - other.place)
    .slice(0, size)
    .map(({ example }) => example);
  for (const example of lesson) noteShown(search, parent, example);
  const right = minibatch.find((example) => cards.score(parent.id, example) === 1);
  const rows = lesson.length === 0 || right === undefined ? lesson : [...lesson, right];
  return {
    minibatch: minibatch.length > 0 ? minibatch : lesson,
    outcomes: rows.flatMap((example) => cards.outcome(parent.id, example) ?? []),
  };
}

function failuresAmong(
  { cards }: GepaSearch,
  parent: Candidate,
  rows: readonly Example[],
): readonly Example[] {
  return rows.filter((example) => cards.isFailure(parent.id, example));
}

function isSeldomWrong(search: GepaSearch, parent: Candidate): boolean {
  const { cards, task } = search;
  const measured = [...task.train, ...task.validation].filter((row) => cards.isMeasured(parent.id, row));
  return failuresAmong(search, parent, measured).length < measured.length * fewFailures;
}

/** If failures are rare, many of them are noise, and a lesson from noise is useless. */
async function confirmFailures(search: GepaSearch, parent: Candidate): Promise<void> {
  const { cards, task } = search;
  const measured = task.train.filter((row) => cards.isMeasured(parent.id, row));
  const failures = failuresAmong(search, parent, measured);
  if (isCareful(search) && failures.length < measured.length * fewFailures)
    await cards.confirm(parent, failures);
}

function timesShown({ timesShown: shown }: GepaSearch, parent: Candidate, example: Example): number {
  return shown.get(`${parent.id} ${example.id}`) ?? 0;
}

function noteShown(search: GepaSearch, parent: Candidate, example: Example): void {
  search.timesShown.set(`${parent.id} ${example.id}`, timesShown(search, parent, example) + 1);
}

/** The failed rows of a lesson; the others were shown for contrast. */
export function failuresOf(lesson: readonly Outcome[]): readonly Example[] {
  return lesson.flatMap(({ example, score }) => (score?.value === 1 ? [] : [example]));
}
