// Long enough that ordinary phrases do not count, short enough to find a tweet.
const fewestWords = 8;

/**
 * Words that a new text copied from the inputs of a row, although the old text did not have them. Undefined if it
 * copied none. A copied row proves nothing about other rows, and it may be one that validation scores again.
 */
export function copiedWords(text: string, before: string, inputs: readonly string[]): string | undefined {
  const words = wordsOf(text);
  if (words.length < fewestWords) return undefined;
  const known = runsOf(wordsOf(before));
  const shown = new Set(inputs.flatMap((input) => [...runsOf(wordsOf(input))]));
  for (let at = 0; at + fewestWords <= words.length; at++) {
    const run = words.slice(at, at + fewestWords).join(" ");
    if (shown.has(run) && !known.has(run)) return run;
  }
  return undefined;
}

function runsOf(words: readonly string[]): ReadonlySet<string> {
  const runs = new Set<string>();
  for (let at = 0; at + fewestWords <= words.length; at++)
    runs.add(words.slice(at, at + fewestWords).join(" "));
  return runs;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
