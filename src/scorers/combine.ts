import type { Score, Scorer } from "../contracts/scorer.ts";
import { PluginError } from "../core/errors.ts";
import { cutMiddle } from "./text/quote.ts";

/** A scorer with its name and weight in a combined score. */
export interface NamedScorer {
  readonly name: string;
  readonly scorer: Scorer;
  /** 0 or more. With 0, the part is shown but does not count. */
  readonly weight: number;
}

const maxFeedback = 4000;

/**
 * Combines scorers into their weighted mean. `parts` holds each value by name, feedback one line per scorer. If
 * one scorer fails, all fail. A single scorer is returned unchanged.
 */
export function combineScorers(list: readonly NamedScorer[]): Scorer {
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  const bad = list.find(({ weight }) => !(weight >= 0));
  if (bad !== undefined)
    throw new PluginError(`the weight of scorer ${bad.name} is ${bad.weight}`, {
      hint: "weights must be numbers of at least 0",
    });
  if (list.length === 0 || !(total > 0) || !Number.isFinite(total)) {
    const names = list.map(({ name }) => name).join(", ");
    const what = list.length === 0 ? "no scorer is configured" : `the weights of ${names} add up to ${total}`;
    throw new PluginError(what, { hint: "use at least one scorer with a weight above 0" });
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
      // Sequential, so that the order of judge calls does not depend on response times.
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
