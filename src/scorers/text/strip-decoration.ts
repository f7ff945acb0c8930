const decoration = new Set([..." \t\r\n\"'`“”‘’«»„*_~()[]{}<>.,;:!?。！？、"]);

/** A short answer without the quotes, emphasis, brackets and full stops around it. */
export function stripDecoration(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && decoration.has(text.charAt(start))) start++;
  while (end > start && decoration.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** What follows a leading name and colon (`Sentiment: positive`); undefined when there is none. */
export function afterCaption(text: string): string | undefined {
  return /^[\p{L}\p{N} _*-]{1,40}:([\s\S]*)$/u.exec(text.trim())?.[1];
}
