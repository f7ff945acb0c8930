/** One key of the verdict asked for. */
export interface FormKey {
  readonly name: string;
  readonly kind: "verdict" | "score" | "reason" | "number" | "boolean";
  /** Allowed values of a verdict. */
  readonly values: readonly string[];
  /** Highest value of a score. */
  readonly most: number;
  readonly least: number;
}

/** The shape of the reply a judge is asked for. */
export interface JudgeForm {
  /** Set when one entry an item is wanted: `{"verdicts": [{…}, …]}`. */
  readonly list?: string;
  /** Empty when the bare verdict is wanted, without JSON. */
  readonly keys: readonly FormKey[];
  /** Values allowed for a bare verdict. */
  readonly bare: readonly string[];
}

const pair = /"(\w+)"\s*:\s*([^\n]*?)(?=,\s*"\w+"\s*:|\}|$)/g;
const reasons =
  /^(?:reason\w*|rationale|explanation|feedback|justification|why|critique|comment|thought\w*)$/i;
const scores = /^(?:score|rating|grade|points|similarity|confidence)$/i;

/** Reads the form from the words of whoever asks; undefined when no verdict is asked for. */
export function readJudgeForm(frame: string): JudgeForm | undefined {
  const starts = [...frame.matchAll(/\{\s*"\w+"\s*:/g)];
  const first = starts.find((_, at) => at === 0 || starts[at - 1]?.index !== undefined);
  if (first === undefined) return bareForm(frame);
  const shape = frame.slice(first.index);
  const list = /^\{\s*"(\w+)"\s*:\s*\[/.exec(shape)?.[1];
  const body = list === undefined ? shape : shape.slice(shape.indexOf("[") + 1);
  const keys = [...body.matchAll(pair)].map((match) => keyOf(match[1] ?? "", match[2] ?? "", frame));
  const known = keys.filter(({ name }, at) => keys.findIndex((one) => one.name === name) === at);
  if (!known.some(({ kind }) => kind === "verdict" || kind === "score" || kind === "boolean"))
    return undefined;
  return { ...(list === undefined ? {} : { list }), keys: known, bare: [] };
}

function keyOf(name: string, value: string, frame: string): FormKey {
  const scale = scaleOf(value) ?? scaleOf(frame) ?? { least: 0, most: 1 };
  const key = (kind: FormKey["kind"], values: readonly string[] = []): FormKey => ({
    name,
    kind,
    values,
    ...scale,
  });
  if (reasons.test(name)) return key("reason");
  if (/\btrue\b|\bfalse\b|\bboolean\b/i.test(value)) return key("boolean");
  const values = valuesOf(value);
  if (values.length > 1) return key("verdict", values);
  if (scores.test(name)) return key("score");
  if (/^(?:number|index|id|item)$/i.test(name)) return key("number");
  const told = valuesNear(name, frame);
  if (told.length > 1) return key("verdict", told);
  if (/^(?:verdict|result|winner|choice|answer|equivalent|pass\w*|preferred|label|decision)$/i.test(name))
    return key("verdict", ["yes", "no"]);
  return key("reason");
}

/** `"yes" or "no"`, `"yes|no"`, `<A, B or tie>`. */
function valuesOf(value: string): string[] {
  const quoted = [...value.matchAll(/"([^"<>]+)"/g)].flatMap((match) => (match[1] ?? "").split(/\s*[|/]\s*/));
  if (quoted.length > 1) return quoted;
  const angled = /<([^<>]+)>/.exec(value)?.[1] ?? value;
  const words = angled.replace(/^one of:?\s*/i, "").split(/\s*(?:\||\/|,|\bor\b)\s*/);
  return words.length > 1 && words.every((word) => /^["']?[\w-]{1,20}["']?$/.test(word))
    ? words.map((word) => word.replace(/["']/g, ""))
    : [];
}

function valuesNear(name: string, frame: string): string[] {
  const sentence = frame
    .split(/(?<=[.!?])\s+|\n/)
    .find((one) => one.includes(name) && /["'`]\w+["'`].*(?:\bor\b|,).*["'`]\w+["'`]/.test(one));
  return [...(sentence ?? "").matchAll(/["'`](\w[\w-]{0,20})["'`]/g)]
    .map((match) => match[1] ?? "")
    .filter((value) => value !== name);
}

function scaleOf(text: string): { least: number; most: number } | undefined {
  const found = /\b(\d+(?:\.\d+)?)\s*(?:-|–|to|…|\.\.\.?|and)\s*(\d+(?:\.\d+)?)\b/.exec(text);
  if (found === null) return undefined;
  const [least, most] = [Number(found[1]), Number(found[2])];
  return most > least && most <= 100 ? { least, most } : undefined;
}

function bareForm(frame: string): JudgeForm | undefined {
  const asked =
    /\b(?:answer|reply|respond|say|output|return)\b[^.\n]{0,40}?["'`]?\b(yes|pass|true|equivalent|correct|A)\b["'`]?\s*(?:,|\/|\||or)\s*(?:or\s+)?["'`]?(no|fail|false|different|incorrect|B)\b["'`]?(?:[^.\n]{0,10}["'`]?\b(tie)\b)?/i.exec(
      frame,
    );
  if (asked === null) return undefined;
  return { keys: [], bare: asked.slice(1).filter((value) => value !== undefined) };
}
