/** One key of the verdict asked for, in the order shown. */
export type FormKey =
  | { readonly name: string; readonly kind: "reason" | "number" }
  /** The good verdict first, then the bad one; of a comparison the first text, the second and neither. */
  | { readonly name: string; readonly kind: "verdict"; readonly values: readonly string[] }
  /** Shown with its value, which is repeated. */
  | { readonly name: string; readonly kind: "given"; readonly value: boolean };

/** The shape of the reply a judge is asked for. */
export interface JudgeForm {
  /** Set when one entry an item is wanted: `{"verdicts": [{…}, …]}`. */
  readonly list?: string;
  readonly keys: readonly FormKey[];
  readonly verdicts: readonly string[];
}

const pair = /"(\w+)"\s*:\s*([^\n]*?)(?=,\s*"\w+"\s*:|\}|$)/g;

/** Reads the first JSON form of a text, `{"reason": "<…>", "verdict": "good" or "bad"}`; undefined when no key has a choice of values. */
export function readJudgeForm(text: string): JudgeForm | undefined {
  const start = text.search(/\{\s*"\w+"\s*:/);
  if (start < 0) return undefined;
  const shape = text.slice(start);
  const list = /^\{\s*"(\w+)"\s*:\s*\[/.exec(shape)?.[1];
  const body = shape.slice(list === undefined ? 0 : shape.indexOf("[") + 1, shape.indexOf("}") + 1);
  const keys = [...body.matchAll(pair)].map(([, name = "", value = ""]) => keyOf(name, value));
  const choice = keys.find((key) => key.kind === "verdict");
  if (choice === undefined) return undefined;
  return { ...(list === undefined ? {} : { list }), keys, verdicts: choice.values };
}

function keyOf(name: string, value: string): FormKey {
  const values = [...value.matchAll(/"([^"<>]+)"/g)].map((match) => match[1] ?? "");
  if (values.length > 1) return { name, kind: "verdict", values };
  if (/^(?:true|false)\s*$/.test(value)) return { name, kind: "given", value: value.startsWith("true") };
  return { name, kind: /^\d/.test(value) ? "number" : "reason" };
}
