import type { Score, Scorer } from "../contracts/scorer.ts";
import { PluginError } from "../core/errors.ts";
import { cutMiddle } from "./text/quote.ts";

/** A scorer with the name it has among others and its share in the whole. */
export interface NamedScorer {
  readonly name: string;
  readonly scorer: Scorer;
  /** ≥ 0; 0 is shown as a part and does not count. */
  readonly weight: number;
}

const maxFeedback = 4000;

/**
 * The weighted mean of several scorers; parts are their values by name, feedback is theirs, a line
 * each. An error of one is an error of all. One scorer alone stays as it is.
 */
export function combineScorers(list: readonly NamedScorer[]): Scorer {
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  const bad = list.find(({ weight }) => !(weight >= 0));
  if (bad !== undefined)
    throw new PluginError(`the weight of scorer ${bad.name} is ${bad.weight}`, {
      hint: "weights are numbers from 0",
    });
  if (list.length === 0 || !(total > 0) || !Number.isFinite(total)) {
    const names = list.map(({ name }) => name).join(", ");
    const what = list.length === 0 ? "no scorer is given" : `the weights of ${names} add up to ${total}`;
    throw new PluginError(what, { hint: "at least one scorer with a weight above 0 is needed" });
  }
  const only = list.length === 1 ? list[0] : undefined;
  if (only !== undefined) return only.scorer;
  const overheads = list.flatMap(({ scorer }) => scorer.judgeOverheadTokens ?? []);
  return Object.freeze({
    judgeCalls: {
      usual: list.reduce((sum, { scorer }) => sum + scorer.judgeCalls.usual, 0),
      most: list.reduce((sum, { scorer }) => sum + scorer.judgeCalls.most, 0),
    },
    ...(overheads.length === 0 ? {} : { judgeOverheadTokens: Math.max(...overheads) }),
    async score(judgement) {
      const scores: Score[] = [];
      // One after another: the order in which judges are asked must not depend on who answers first.
      for (const { scorer } of list) scores.push(await scorer.score(judgement));
      return mean(list, scores, total);
    },
  } satisfies Scorer);
}

function mean(list: readonly NamedScorer[], scores: readonly Score[], total: number): Score {
  const rated = list.map(({ name, weight }, at) => ({ name, weight, score: scores[at] as Score }));
  const sum = rated.reduce((running, { weight, score }) => running + weight * score.value, 0);
  const lines = rated.filter(({ score }) => score.feedback !== undefined);
  const share = Math.floor(maxFeedback / Math.max(1, lines.length)) - 1;
  const feedback = lines
    .map(({ name, score }) => cutMiddle(`${name} ${shortValue(score.value)}: ${score.feedback}`, share))
    .join("\n");
  return Object.freeze({
    value: Math.min(1, sum / total),
    ...(feedback === "" ? {} : { feedback }),
    parts: Object.freeze(Object.fromEntries(rated.map(({ name, score }) => [name, score.value]))),
  });
}

function shortValue(value: number): string {
  return String(Number(value.toFixed(2)));
}
