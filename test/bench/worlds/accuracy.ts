import { worldRows } from "./rows.ts";
import { type PromptContent, placeholder, promptText, readPrompt, ruleSentence } from "./sentences.ts";
import { isConflict, type WorldSpec } from "./world-spec.ts";

/** Chance that the target model answers a request right, noise left out. */
export function chanceOfRight(world: WorldSpec, prompt: PromptContent, topics: readonly number[]): number {
  const { rules, falsehoods, fillers, demonstrations } = prompt;
  const { demonstrationsToLearn } = world;
  const isShown = (topic: number): boolean =>
    demonstrationsToLearn > 0 && (demonstrations.get(topic) ?? 0) >= demonstrationsToLearn;
  const isServed = (topic: number): boolean =>
    (rules.has(topic) || isShown(topic)) &&
    !falsehoods.has(topic) &&
    ![topic - 1, topic + 1].some((other) => rules.has(other) && isConflict(world, topic, other));
  if (!topics.every(isServed)) return 0;
  return (1 - world.fillerCost) ** fillers * (1 - world.ruleCost) ** (rules.size + falsehoods.size);
}

export interface TrueAccuracy {
  /** Share of unseen rows answered right, noise left out. */
  readonly clean: number;
  /** The same with the world's noise, as a measurement would see it on average. */
  readonly noisy: number;
}

/**
 * Accuracy of a prompt on the unseen rows, out of the hidden rules. A prompt without its placeholder
 * is useless; `hasInput` is for engines whose prompts are instructions beside the input.
 */
export function trueAccuracy(
  world: WorldSpec,
  seed: number,
  prompt: string,
  hasInput = prompt.includes(placeholder),
): TrueAccuracy {
  const content = readPrompt(prompt);
  const rows = worldRows(world, seed, "test");
  const sum = rows.reduce((total, { topics }) => total + chanceOfRight(world, content, topics), 0);
  const clean = hasInput ? sum / rows.length : 0;
  return { clean, noisy: clean * (1 - world.noise) + (1 - clean) * world.noise };
}

/** The best a prompt could do on the unseen rows: rules are added and dropped while that helps. */
export function bestPossible(world: WorldSpec, seed: number): number {
  const topics = Array.from({ length: world.rules }, (_, at) => at + 1);
  const accuracyOf = (stated: ReadonlySet<number>): number =>
    trueAccuracy(world, seed, promptText([...stated].map(ruleSentence), true)).clean;
  let stated = new Set(
    topics.filter((topic) => !topics.some((other) => other < topic && isConflict(world, topic, other))),
  );
  for (let isBetter = true; isBetter; ) {
    const now = accuracyOf(stated);
    const flips = topics.map(
      (topic) => new Set(stated.has(topic) ? [...stated].filter((one) => one !== topic) : [...stated, topic]),
    );
    const best = flips.reduce((top, one) => (accuracyOf(one) > accuracyOf(top) ? one : top));
    isBetter = accuracyOf(best) > now;
    if (isBetter) stated = best;
  }
  return accuracyOf(stated);
}
