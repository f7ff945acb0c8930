import { messageText } from "../../core/prompt/message.ts";
import { type OfflineRequest, unreadableRequest } from "../request.ts";

/** One key of the requested verdict, in the order shown. */
export type FormKey =
  | { readonly name: string; readonly kind: "reason" | "number" }
  /** The good verdict first, then the bad one; in a comparison, the first text, the second, neither. */
  | { readonly name: string; readonly kind: "verdict"; readonly values: readonly string[] }
  /** Shown with a value to repeat. */
  | { readonly name: string; readonly kind: "given"; readonly value: boolean };

/** The format of the reply requested from a judge. */
export interface JudgeForm {
  /** Set if the reply must list one entry per item: `{"verdicts": [{…}, …]}`. */
  readonly list?: string;
  readonly keys: readonly FormKey[];
  readonly verdicts: readonly string[];
}

const pair = /"(\w+)"\s*:\s*([^\n]*?)(?=,\s*"\w+"\s*:|\}|$)/g;

/**
 * Reads the first JSON form in a text, `{"reason": "<…>", "verdict": "good" or "bad"}`; undefined if no key
 * offers a choice of values.
 */
function readJudgeForm(text: string): JudgeForm | undefined {
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

/** The texts shown to a judge and the format of the verdict. */
export interface JudgementReading {
  readonly form: JudgeForm;
  /** The part of the request before the texts. */
  readonly instructions: string;
  readonly input: string;
  readonly shown:
    | { readonly kind: "pair"; readonly answers: readonly [string, string] }
    | { readonly kind: "expected"; readonly expected: string; readonly actual: string }
    /** Facts or rules of a numbered list, each judged separately. */
    | {
        readonly kind: "items";
        readonly list: string;
        readonly items: readonly string[];
        readonly actual: string;
      };
}

// No text can contain its closing tag: the name is derived from a digest.
const dataSection = /^<([a-z]+-[0-9a-f]{12})>\n([\s\S]*?)\n<\/\1>$/gm;
const textsShown = 3;

/**
 * Reads a judge's request by its data tags and the JSON form after them, regardless of wording. The texts are an
 * input, a reference, and the answer; with three possible verdicts, an input and two answers. Undefined if no
 * text is in data tags. Throws ModelError if the rest is unreadable.
 */
export function readJudgement({ messages }: OfflineRequest): JudgementReading | undefined {
  const asking = messages
    .filter(({ role }) => role !== "assistant")
    .map(messageText)
    .join("\n\n");
  const sections = [...asking.replaceAll("\r\n", "\n").matchAll(dataSection)];
  const last = sections.at(-1);
  if (last === undefined || isInFence(asking.slice(last.index + last[0].length))) return undefined;
  const [input, second, third] = sections.map((match) => match[2] ?? "");
  if (input === undefined || second === undefined || third === undefined || sections.length > textsShown)
    throw unreadableRequest(`expected ${textsShown} texts in data tags, got ${sections.length}`);
  const form = readJudgeForm(asking.slice(last.index + last[0].length));
  if (form === undefined)
    throw unreadableRequest("no JSON form with a choice of verdicts follows the texts to judge");
  const instructions = asking.slice(0, sections[0]?.index ?? 0);
  const reading = { form, instructions, input };
  if (form.list !== undefined)
    return { ...reading, shown: { kind: "items", list: form.list, items: itemsOf(second), actual: third } };
  if (form.verdicts.length > 2) return { ...reading, shown: { kind: "pair", answers: [second, third] } };
  return { ...reading, shown: { kind: "expected", expected: second, actual: third } };
}

/** Texts in a fence are quoted: the request is about a judgement and asks for none. */
function isInFence(rest: string): boolean {
  return /^[ \t]*(?:`{3,}|~{3,})/m.test(rest);
}

function itemsOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^\d+\.\s+/, "").trim())
    .filter((line) => line !== "");
}
