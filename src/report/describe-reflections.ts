import type { ReflectionCounts } from "../contracts/run-record.ts";

/** What refused replies and missing ones are called in a sentence; a cause without a word here is shown as it is. */
const words: Readonly<Record<string, string>> = {
  no_fence: "without a fenced block",
  open_fence: "with a fenced block that is never closed",
  many_fences: "with several fenced blocks, none of which keeps the variables",
  empty: "with an empty block",
  contract: "that break the prompt's contract",
  same_text: "that repeat an earlier text",
  cut_off: "cut off by the length limit",
  refusal: "refused by the model",
  content_filter: "withheld by a content filter",
  empty_answer: "empty",
  server: "answered with a server error",
  bad_request: "rejected as a bad request",
  connection: "lost on the way",
  timeout: "not answered in time",
  malformed: "answered with what is no completion",
  rate_limit: "refused by a rate limit",
};

/**
 * "6 replies: 4 without a fenced block, 2 that break the prompt's contract"; undefined where none was refused.
 */
export function listedRefusals(counts: ReflectionCounts): string | undefined {
  const refused = total(counts.refused);
  if (refused === 0) return undefined;
  return `${refused} ${refused === 1 ? "reply" : "replies"}: ${describeCauses(counts.refused)}`;
}

/** "3 refused by the model, 2 cut off by the length limit", the most frequent first. */
export function describeCauses(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([one, some], [other, more]) => more - some || one.localeCompare(other))
    .map(([cause, count]) => `${count} ${words[cause] ?? cause}`)
    .join(", ");
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Lines about reflections for terminal and report; none when every reply was usable. */
export function describeReflections(counts: ReflectionCounts | undefined): readonly string[] {
  if (counts === undefined) return [];
  const { asked, failed, refused, unfenced } = counts;
  return [
    ...(total(failed) === 0
      ? []
      : [`${total(failed)} of ${asked} reflections brought no text: ${describeCauses(failed)}`]),
    ...(total(refused) === 0
      ? []
      : [`${total(refused)} of ${asked} replies were no usable rewrite: ${describeCauses(refused)}`]),
    ...(unfenced === 0
      ? []
      : [`${unfenced} of ${asked} replies were used although they had no complete fenced block`]),
  ];
}
