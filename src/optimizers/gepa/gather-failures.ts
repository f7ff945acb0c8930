import type { Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { canPayStep, isCareful } from "./budget-checks.ts";
import type { GepaSearch } from "./state.ts";

/** Evidence for a rewrite: rows its parent got wrong, and one it got right for contrast. */
interface RewriteEvidence {
  readonly outcomes: readonly Outcome[];
  /** The rows run for this rewrite, right or wrong. */
  readonly minibatch: readonly Example[];
}

// Keeps lanes from running a nearly perfect parent on all train rows.
const mostMinibatches = 4;

/**
 * Runs the parent on minibatches until it has failures to learn from. Failures that no reflection has seen
 * come first, then known ones, least-shown first.
 */
export async function gatherFailures(search: GepaSearch, parent: Candidate): Promise<RewriteEvidence> {
  const { cards, sampler, options, task } = search;
  const minibatch: Example[] = [];
  const failures = () => task.train.filter((example) => cards.isFailure(parent.id, example));
  const unseen = () => failures().filter((example) => timesShown(search, parent, example) === 0);
  for (let batches = 0; batches < mostMinibatches && unseen().length < options.minibatch_size; batches++) {
    if (batches > 0 && (unseen().length > 0 || !canPayStep(search, true))) break;
    const rows = sampler.next(options.minibatch_size, (example) => !cards.isAsked(parent.id, example));
    if (rows.length === 0) break;
    minibatch.push(...rows);
    await cards.measure(parent, rows);
    await confirmFailures(search, parent);
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

// Share of the leader's validation rows; above it, failures are rare.
const nearlyRight = 2 / 3;

/**
 * Runs a nearly right leader on as many train rows as the lanes of a step would run one after the other.
 * Finding its few failures at once takes less time and no more calls.
 */
export async function studyLeader(search: GepaSearch): Promise<void> {
  const { cards, leader, sampler, options, task } = search;
  if (!isCareful(search) || cards.mean(leader.id, task.validation) < nearlyRight) return;
  const most = options.minibatch_size * mostMinibatches * task.limits.candidatesPerStep;
  const rows = sampler.next(most, (example) => !cards.isAsked(leader.id, example));
  if (rows.length === 0) return;
  await cards.measure(leader, rows);
  await confirmFailures(search, leader);
}

// If failures are rare, many of them are noise, and a lesson from noise is useless.
const fewFailures = 1 / 3;

async function confirmFailures(search: GepaSearch, parent: Candidate): Promise<void> {
  const { cards, task } = search;
  const measured = task.train.filter((row) => cards.isMeasured(parent.id, row));
  const failures = measured.filter((row) => cards.isFailure(parent.id, row));
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
