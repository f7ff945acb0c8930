import { isAbsolute, relative, sep } from "node:path";

/**
 * A user's module as a plan names it: relative to the config's folder, so that plans, versions and
 * their digests are the same on every machine. Names of shipped plugins stay as they are.
 */
export function shownPath(use: string, directory: string): string {
  if (!isAbsolute(use)) return use;
  const path = relative(directory, use).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}
