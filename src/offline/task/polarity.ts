export type Polarity = "positive" | "negative" | "neutral";

const words: readonly (readonly [Polarity, RegExp])[] = [
  [
    "negative",
    /^(?:neg\w*|bad|sad|unfavou?rabl\w*|angry|dissatisf\w*|unhappy|critical|complain\w*|thumbs.?down)$/i,
  ],
  ["neutral", /^(?:neu\w*|mixed|none|other|unclear|so-?so|ok|okay|indifferent|objective)$/i],
  ["positive", /^(?:pos\w*|good|happy|favou?rabl\w*|satisf\w*|praise|like|thumbs.?up)$/i],
];

/** Which of the three a label stands for, if it stands for one. */
export function polarityOf(label: string): Polarity | undefined {
  return words.find(([, pattern]) => pattern.test(label.trim()))?.[0];
}

/** Does the set tell good from bad? */
export function arePolar(labels: readonly string[]): boolean {
  const found = new Set(labels.map(polarityOf));
  return found.has("positive") && found.has("negative");
}
