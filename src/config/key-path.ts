/** A place in the config, from the top: keys, and list positions as digits. */
export type KeyPath = readonly string[];

/** The form users read and `--set` takes: `optimizations.prompt_optimizations.x.scorers.0`. */
export function dotted(path: KeyPath): string {
  return path.join(".");
}

/** Is `path` the other one, or something inside it? */
export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}
