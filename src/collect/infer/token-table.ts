/** Words, single blanks and single signs of texts, as numbers: equal tokens have equal numbers. */
export interface TokenTable {
  /** Of a long text the middle is one token of its own, equal to no other. */
  tokensOf(text: string): readonly number[];
  textOf(token: number): string;
}

const token = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu;
/** Words of a template stand near the ends of a long text; what is between is a value. */
const mostTokens = 4000;

export function createTokenTable(): TokenTable {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const add = (text: string): number => {
    texts.push(text);
    return texts.length - 1;
  };
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const number = add(text);
    numbers.set(text, number);
    return number;
  };
  return {
    tokensOf(text) {
      const parts = text.match(token) ?? [];
      if (parts.length <= mostTokens) return parts.map(numberOf);
      const half = mostTokens / 2;
      const middle = add(parts.slice(half, -half).join(""));
      return [...parts.slice(0, half).map(numberOf), middle, ...parts.slice(-half).map(numberOf)];
    },
    textOf: (number) => texts[number] ?? "",
  };
}

/** How many letters and digits. */
export function wordCharacters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
