// The end of a long answer often holds its verdict, the beginning its form: both stay.
const shareOfHead = 0.7;

/** A text of at most about `maxCharacters`, with a mark where its middle was left out. */
export function trimText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const headEnd = wholeBefore(text, Math.ceil(maxCharacters * shareOfHead));
  const tailStart = wholeAfter(text, text.length - (maxCharacters - Math.ceil(maxCharacters * shareOfHead)));
  return `${text.slice(0, headEnd)}\n[… ${tailStart - headEnd} characters left out …]\n${text.slice(tailStart)}`;
}

/** The place, or the one before it when a cut there would split a character of two units. */
function wholeBefore(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at - 1 : at;
}

function wholeAfter(text: string, at: number): number {
  return isLowSurrogate(text, at) ? at + 1 : at;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
