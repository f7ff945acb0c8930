import { distance } from "fastest-levenshtein";

/** Up to `limit` names that the wanted one was probably meant to be, nearest first. */
export function nearNames(wanted: string, names: Iterable<string>, limit = 1): string[] {
  const low = wanted.toLowerCase();
  const bound = Math.max(2, Math.floor(wanted.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, far: distanceTo(low, name.toLowerCase()) }))
    .filter(({ far }) => far <= bound)
    .sort((one, other) => one.far - other.far || one.name.localeCompare(other.name))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A name that starts with the other counts as near, whatever is missing at its end. */
function distanceTo(wanted: string, name: string): number {
  const isPrefix = wanted.length >= 3 && (name.startsWith(wanted) || wanted.startsWith(name));
  return isPrefix ? 1 : distance(wanted, name);
}
