/** Reasons of the shipped engines for a rejection, and the words they are counted under. */
const causes: readonly (readonly [reason: RegExp, words: string])[] = [
  [/^almost the same text as its parent/, "almost the same text as the parent"],
  [/same text as its parent/, "same text as the parent"],
  [/same text as an earlier/, "same text as an earlier one"],
  [/the budget does not pay/, "over budget"],
  [/another rewrite of this step|others of this step/, "beaten by another of the step"],
  [/^fixes none of the rows/, "of no use"],
  [/^does as well without/, "as good without some edits"],
  [/^mean on train rows/, "worse on train rows"],
  [/^no better than|^validation |^minibatch |^the fold is no better/, "no better"],
  [/fenced block/, "reply without a usable block"],
  [/^the (text|prompt) "/, "broke the prompt's contract"],
];
const longestReason = 40;

/** A short cause of a rejection, equal for rejections that differ in figures only. Own engines keep their words. */
export function rejectionCause(reason: string): string {
  const known = causes.find(([pattern]) => pattern.test(reason));
  if (known !== undefined) return known[1];
  const words = (reason.split(/[:;\n]/)[0] ?? "").replace(/[\w.-]*\d[\w.-]*/g, "…").trim();
  const characters = [...words];
  return characters.length <= longestReason ? words : `${characters.slice(0, longestReason - 1).join("")}…`;
}
