import { foldedName, pathProblems } from "../prompt-path.ts";

/** The nearest path that can be used here; the same one when it can be. */
export function usablePath(given: string, environments: readonly string[]): string {
  const segments = given
    .normalize("NFKC")
    .split("/")
    .map(usableSegment)
    .filter((segment) => segment !== "");
  const name = segments.at(-1) ?? "";
  const isSelector =
    /^\p{Nd}+$/u.test(name) ||
    [...environments, "latest"].some((reserved) => foldedName(reserved) === foldedName(name));
  const last = isSelector || name === "" ? `${name}-prompt`.replace(/^-/, "") : name;
  return [...segments.slice(0, -1), last].join("/");
}

function usableSegment(segment: string): string {
  const plain = segment
    .replace(/[^\p{L}\p{M}\p{Nd} _.-]/gu, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[. ]+|[. ]+$/g, "");
  return plain === "" || pathProblems(plain).length === 0 ? plain : `${plain}-prompt`;
}
