import { distance } from "fastest-levenshtein";

/** Up to `limit` similar names, nearest by edit distance first. */
export function nearNames(wanted: string, names: Iterable<string>, limit = 1): string[] {
  const low = wanted.toLowerCase();
  const bound = wanted.length < 3 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  return [...new Set(names)]
    .map((name) => ({
      name,
      far: distance(low, name.toLowerCase()),
      isPart: isStart(low, name.toLowerCase()),
    }))
    .filter(({ far, isPart }) => far <= bound || isPart)
    .sort((one, other) => one.far - other.far || one.name.localeCompare(other.name))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A name that starts with the other one counts as near, however long the rest is. */
function isStart(wanted: string, name: string): boolean {
  return (wanted.length >= 3 && name.startsWith(wanted)) || (name.length >= 3 && wanted.startsWith(name));
}

/** One or two characters off. Ids such as gpt-5, gpt-4 and gpt-4-1, which differ in version numbers alone, are two names. */
export function isTypoOf(text: string, known: string): boolean {
  const far = distance(text.toLowerCase(), known.toLowerCase());
  if (far > (known.length < 5 ? 1 : 2)) return false;
  const isId = /[-./:]/.test(text);
  const withoutDigits = (one: string) => one.toLowerCase().replaceAll(/[-._]?\d+/g, "");
  return !isId || withoutDigits(text) !== withoutDigits(known);
}
