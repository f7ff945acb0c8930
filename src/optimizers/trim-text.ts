// The end of a long answer often holds its verdict, the beginning its form: both stay.
const shareOfHead = 0.7;

/** A text of at most about `maxCharacters`, with a mark where its middle was left out. */
export function trimText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const head = Math.ceil(maxCharacters * shareOfHead);
  const tail = maxCharacters - head;
  const left = text.length - head - tail;
  return `${text.slice(0, head)}\n[… ${left} characters left out …]\n${tail === 0 ? "" : text.slice(-tail)}`;
}
