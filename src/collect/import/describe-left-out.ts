import type { LeftOutCount } from "./import-counts.ts";

/** For example `12 embedding calls left out: they have no prompt`. */
export function describeLeftOut({ what, reason, count }: LeftOutCount): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? what : pluralOf(what)} left out: ${reason}`;
}

/** The plural of the first part of a phrase: `span of openai.agents` → `spans of openai.agents`. */
function pluralOf(what: string): string {
  const [, noun = what, rest = ""] = /^(.*?)( (?:of|in|without|with) .*| ".*)?$/s.exec(what) ?? [];
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies${rest}`;
  return `${noun}${/(s|x|ch|sh)$/.test(noun) ? "es" : "s"}${rest}`;
}
