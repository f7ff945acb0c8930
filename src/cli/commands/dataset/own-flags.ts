import { UsageError } from "../../../core/errors.ts";

type Options = Readonly<Record<string, unknown>>;

/** A flag's number, undefined when it is not given. Throws UsageError for anything that is none in the range. */
export function numberFlag(
  options: Options,
  name: string,
  range: { readonly least: number; readonly most: number; readonly isWhole?: boolean },
): number | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const value = Number(text);
  const fits = value >= range.least && value <= range.most;
  if (text.trim() !== "" && fits && (range.isWhole !== true || Number.isSafeInteger(value))) return value;
  const kind = range.isWhole === true ? "a whole number" : "a number";
  const bounds =
    range.most >= Number.MAX_SAFE_INTEGER ? `from ${range.least}` : `from ${range.least} to ${range.most}`;
  throw new UsageError(
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: expected ${kind} ${bounds}, got "${text}"`,
  );
}

export function textFlag(options: Options, name: string): string | undefined {
  const text = options[name];
  return typeof text === "string" ? text : undefined;
}

/** A flag that takes several words. */
export function wordsFlag(options: Options, name: string): readonly string[] {
  const words = options[name];
  return Array.isArray(words) ? words.filter((word): word is string => typeof word === "string") : [];
}

export function minRatingFlag(options: Options): number | undefined {
  return numberFlag(options, "minRating", { least: 0, most: 1 });
}
