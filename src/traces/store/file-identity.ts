import type { Stats } from "node:fs";

/**
 * Tells a file from another one that was put in its place. The number of a file that is gone is given to a new
 * one, its moment of birth is not.
 */
export function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino} ${birthtimeMs}`;
}
