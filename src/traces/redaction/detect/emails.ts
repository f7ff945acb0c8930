import topLevelDomains from "tlds";
import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";

// Besides registered domains: names for private networks and documentation.
const topLevels: ReadonlySet<string> = new Set([
  ...topLevelDomains,
  ...["local", "localdomain", "internal", "lan", "corp", "home", "intranet", "private"],
  ...["test", "example", "invalid", "onion"],
]);
const localLimit = 64;
const local = /(?:"[^"\n@]{1,60}"|[\p{L}\p{N}_][\p{L}\p{N}._%+'~#!$*^-]{0,63})$/u;
const domain =
  /@(?:\[(?:IPv6:)?[0-9a-fA-F:.]{3,45}\]|(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}[\p{L}\p{N}-]{0,23}[\p{L}\p{N}])/uy;
const bracketed =
  /(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63} ?(?:\[ ?at ?\]|\( ?at ?\)|\{ ?at ?\}) ?[\w-]{1,63}(?: ?(?:\.|\[ ?dot ?\]|\( ?dot ?\)|\{ ?dot ?\}) ?[\w-]{2,63}){1,4}/gi;
const spelledOut = /(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63} at [\w-]{1,63}(?: dot [\w-]{2,63}){1,4}(?![\w-])/gi;

export const findEmails: Detector = (text) => {
  const plain = text.includes("@") ? plainAddresses(text) : [];
  const disguised = /\bat\b/i.test(text)
    ? [...matchSpans(text, bracketed), ...matchSpans(text, spelledOut)]
    : [];
  return disguised.length === 0 ? plain : mergeSpans([...plain, ...disguised]);
};

/**
 * Searches outwards from each `@`. A search from the left would rescan a long word from each of its letters.
 */
function plainAddresses(text: string): readonly Span[] {
  const spans: Span[] = [];
  let free = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const before = text.slice(Math.max(free, at - localLimit), at);
    const user = local.exec(before)?.[0];
    if (user === undefined) continue;
    const host = hostAt(text, at);
    // `git@host:path` is the address of a repository, not of a person.
    if (host === undefined || (user === "git" && text[at + host.length] === ":")) continue;
    spans.push({ start: at - user.length, end: at + host.length });
    free = at + host.length;
  }
  return spans;
}

/** `@host` up to its last label that can end a host name; `icon@2x.png` and `x@1.2.3` have none. */
function hostAt(text: string, at: number): string | undefined {
  domain.lastIndex = at;
  let host = domain.exec(text)?.[0];
  if (host === undefined || host.endsWith("]")) return host;
  while (host.includes(".")) {
    if (topLevels.has(host.slice(host.lastIndexOf(".") + 1).toLowerCase())) return host;
    host = host.slice(0, host.lastIndexOf("."));
  }
  return undefined;
}
