import type { Outcome } from "../../contracts/optimizer.ts";
import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { canPayStep } from "./afford.ts";
import type { Search } from "./state.ts";

/** What a rewrite starts from: rows its parent got wrong, and one it got right for contrast. */
export interface Lesson {
  readonly outcomes: readonly Outcome[];
  /** The rows run for this rewrite, right or wrong: the minibatch. */
  readonly minibatch: readonly Example[];
}

// A parent that is nearly perfect would otherwise be run on all train rows by every lane.
const mostMinibatches = 4;

/**
 * Runs the parent on minibatches until there is something to learn from. Failures that no reflection
 * has seen come first; known ones fill the lesson up, those shown least first.
 */
export async function gatherFailures(search: Search, parent: Candidate): Promise<Lesson> {
  const { cards, sampler, options, task } = search;
  const minibatch: Example[] = [];
  const failures = () => task.train.filter((example) => isFailure(search, parent, example));
  const unseen = () => failures().filter((example) => timesShown(search, parent, example) === 0);
  for (let batches = 0; batches < mostMinibatches && unseen().length < options.minibatch_size; batches++) {
    if (batches > 0 && (unseen().length > 0 || !canPayStep(search, true))) break;
    const rows = sampler.next(options.minibatch_size, (example) => !cards.isAsked(parent.id, example));
    if (rows.length === 0) break;
    minibatch.push(...rows);
    await cards.measure(parent, rows);
  }
  const lesson = failures()
    .map((example, at) => ({ example, at, shown: timesShown(search, parent, example) }))
    .sort((one, other) => one.shown - other.shown || one.at - other.at)
    .slice(0, options.minibatch_size)
    .map(({ example }) => example);
  for (const example of lesson) noteShown(search, parent, example);
  const right = minibatch.find((example) => cards.score(parent.id, example) === 1);
  const rows = lesson.length === 0 || right === undefined ? lesson : [...lesson, right];
  return {
    minibatch: minibatch.length > 0 ? minibatch : lesson,
    outcomes: rows.flatMap((example) => cards.outcome(parent.id, example) ?? []),
  };
}

function isFailure({ cards }: Search, parent: Candidate, example: Example): boolean {
  return cards.isMeasured(parent.id, example) && cards.score(parent.id, example) !== 1;
}

function timesShown({ timesShown: shown }: Search, parent: Candidate, example: Example): number {
  return shown.get(`${parent.id} ${example.id}`) ?? 0;
}

function noteShown(search: Search, parent: Candidate, example: Example): void {
  search.timesShown.set(`${parent.id} ${example.id}`, timesShown(search, parent, example) + 1);
}
