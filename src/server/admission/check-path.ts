import type { Problem } from "../problem.ts";

const unsafe = /\\|%(?:[01][0-9a-f]|7f|2f|5c)/i;

/**
 * Encoded slashes, backslashes and control characters (NUL first) would mean one path to the router and another one to a
 * folder; dot segments likewise. None has a use here. `passed` paths keep encoded slashes: they are the upstream's.
 */
export function checkPath(path: string, isPassedThrough: boolean): Problem | undefined {
  const checked = isPassedThrough ? path.replace(/%2f/gi, "/") : path;
  if (unsafe.test(checked) || !isDecodable(checked) || checked.split("/").some(isDotSegment)) {
    return {
      status: 400,
      code: "path_invalid",
      message: "the path holds an encoded slash, a backslash, NUL, a dot segment or a broken %-sequence",
    };
  }
  return undefined;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}
