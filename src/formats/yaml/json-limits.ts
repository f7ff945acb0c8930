const maxDepth = 100;

/** Why a value cannot be kept as text and read back the same; undefined when it can. */
export function jsonProblem(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return textProblem(value);
  if (typeof value === "number" && !Number.isFinite(value))
    return `${value} is no number that can be written`;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= maxDepth) return `it is nested deeper than ${maxDepth} levels`;
  if (!isPlain(value)) return "it holds something that JSON has no form for";
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") return `the key "${key}" is not allowed`;
    const problem = textProblem(key) ?? jsonProblem(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Half of a surrogate pair has no UTF-8 form and would come back as another character. */
function textProblem(text: string): string | undefined {
  return /\p{Cs}/u.test(text)
    ? "a text holds half a surrogate pair, which cannot be written as UTF-8"
    : undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}
