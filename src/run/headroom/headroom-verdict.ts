import { normalQuantile } from "../../core/statistics/distributions.ts";
import type { HeadroomFindings } from "./headroom-findings.ts";
import { fewestBaseRows } from "./plan-headroom.ts";

type HeadroomKind = "format" | "knowledge" | "noise" | "ceiling" | "unclear";

/** The expected use of an optimization. */
export interface HeadroomVerdict {
  readonly kind: HeadroomKind;
  /** One sentence that starts with the verdict's name. */
  readonly message: string;
  /** Further test rows that a gate needs to prove the gain that may be there; null if it has enough. */
  readonly moreTestRows: number | null;
  /** Score that is within reach of a perfect prompt, given the noise of the answers, minus the base score. */
  readonly room: number;
}

// Chosen by calibration: docs/decisions/045-headroom-verdicts.md.
/** Score that format alone must cost. */
const leastFormatGain = 0.1;
/** Room below which nothing is left to gain. */
const leastRoom = 0.08;
/** Share of the room that a search gains on a task that it can improve. */
const expectedShare = 0.6;
/** Share of wrong rows that the model knows, by its samples, up to which knowledge is what it lacks. */
const mostKnown = 0.34;
/** Sampled rows that show whether the model knows the answers. */
const fewestSampled = 2;
/** Chance to prove a gain that is there, with the rows that the verdict asks for. */
const power = 0.8;
/** A gate with fewer than this share of those rows fails more often than not. */
const fewestShare = 0.5;

/** Reads the findings. `testRows` is the size of the gate. Pure. */
export function headroomVerdict(
  findings: HeadroomFindings,
  { testRows, confidence }: { readonly testRows: number; readonly confidence: number },
): HeadroomVerdict {
  const { base, noise, format, source, samples } = findings;
  if (base.score === null || base.rows < fewestBaseRows) {
    const message = `unclear: ${base.rows} scored rows are too few`;
    return { kind: "unclear", message, moreTestRows: null, room: 0 };
  }
  const variance = noise?.variance ?? 0;
  const room = Math.max(0, 1 - base.score - inherentError(variance));
  const gain = Math.max(room * expectedShare, format.gain, Math.min(room, source?.difference ?? 0));
  const needed = gain > 0 ? rowsToProve(gain, variance + gain * lossPerRow(base), confidence) : 0;
  const moreTestRows = testRows < needed * fewestShare ? needed - testRows : null;
  const verdict = (kind: HeadroomKind, text: string): HeadroomVerdict => ({
    kind,
    message: `${kind === "ceiling" ? "at the ceiling" : kind}: ${text}`,
    moreTestRows: kind === "ceiling" ? null : moreTestRows,
    room,
  });
  const more =
    moreTestRows === null
      ? ""
      : `about ${moreTestRows.toLocaleString("en-US")} more test ${moreTestRows === 1 ? "row" : "rows"}`;
  if (format.gain >= leastFormatGain) {
    const proof = more === "" ? "" : `; ${more} would prove it`;
    return verdict("format", `expect a large cheap gain, about ${points(format.gain)}${proof}`);
  }
  if (room <= leastRoom) {
    const why = variance > 0 ? "what is missing is the noise of the answers" : "almost every row is right";
    return verdict("ceiling", why);
  }
  if (moreTestRows !== null) {
    return verdict("noise", `${more} first, to prove a gain of ${points(gain)}`);
  }
  if (samples !== null && samples.rows >= fewestSampled && knownShare(samples) <= mostKnown) {
    const better = source !== null && source.difference >= leastFormatGain;
    const how = better
      ? "the source model is better on the same rows"
      : "a rewrite helps only if it states what the model lacks";
    return verdict("knowledge", `few-shot or another model; ${how}`);
  }
  if (samples === null || samples.rows < fewestSampled) {
    const why =
      samples === null && base.wrong - format.failures.at.size >= fewestSampled
        ? "wrong rows were not sampled, because the answers do not vary or the test ended early"
        : "too few wrong rows to sample";
    return verdict("unclear", `${why}; a short run shows whether a rewrite helps`);
  }
  return verdict(
    "unclear",
    "the model gets wrong rows right when asked again; a short run shows whether a rewrite makes it reliable",
  );
}

/**
 * Share of errors that no prompt removes, from the mean squared difference of two answers to the same row: two
 * answers that each fail by chance with this probability differ that often.
 */
function inherentError(variance: number): number {
  return (1 - Math.sqrt(Math.max(0, 1 - 2 * variance))) / 2;
}

/**
 * Share of the sampled rows that the model knows: those with a right answer among several. With a set of labels,
 * guesses hit the right one too often for that, so it is the share of right answers beyond those of a guess.
 */
function knownShare(samples: NonNullable<HeadroomFindings["samples"]>): number {
  const { rows, right, answers, answersRight, chance } = samples;
  return chance === null ? right / rows : (answersRight / answers - chance) / (1 - chance);
}

/** Rows of a paired test that prove this gain with a chance of 80 %. */
function rowsToProve(gain: number, variance: number, confidence: number): number {
  const z = normalQuantile(1 - (1 - confidence) / 2) + normalQuantile(power);
  return Math.ceil((z * z * variance) / gain ** 2);
}

/** Score that a wrong row loses: 1 for scores of 0 or 1. A gain comes from rows that move by as much. */
function lossPerRow({ score, rows, wrong }: HeadroomFindings["base"]): number {
  return score === null || wrong === 0 ? 1 : Math.min(1, ((1 - score) * rows) / wrong);
}

function points(share: number): string {
  return `${Math.round(share * 100)} points`;
}
