import type { JsonValue } from "../../core/data/json.ts";
import { isMessageList } from "../../core/prompt/message.ts";
import type { Demonstration } from "./demonstration.ts";

const shortestMark = 3;
const lead =
  "Worked examples follow: inputs, and to each the answer that is right. Answer in the same form as they do, without the marks.";

/**
 * Renders demonstrations for a prompt. Answers are unfenced and untagged, because models imitate such marks.
 * The separators are longer than any similar run of characters in the data.
 */
export function renderDemonstrations(
  demonstrations: readonly Demonstration[],
  fields: readonly string[] | undefined,
): string {
  const shown = demonstrations.map((one) => ({ input: inputText(one, fields), answer: one.answer }));
  const mark = markFor(shown.flatMap(({ input, answer }) => [input, answer]));
  const examples = shown.map(
    ({ input, answer }, at) =>
      `${mark} Example ${at + 1}, input\n${input}\n${mark} Example ${at + 1}, answer\n${answer}`,
  );
  return [lead, ...examples, `${mark} End of the examples`].join("\n\n");
}

/** The texts that a demonstration would show: its inputs by name, and its answer. */
export function shownTexts(
  { inputs, answer }: Pick<Demonstration, "inputs" | "answer">,
  fields: readonly string[] | undefined,
): readonly string[] {
  return [...shownInputs(inputs, fields).map(([, value]) => value), answer];
}

/** A single input is shown alone; several are each preceded by their name. */
export function inputText(
  { inputs }: Pick<Demonstration, "inputs">,
  fields: readonly string[] | undefined,
): string {
  const shown = shownInputs(inputs, fields);
  if (shown.length === 1) return shown[0]?.[1] ?? "";
  return shown.map(([name, value]) => `${name}:${value.includes("\n") ? "\n" : " "}${value}`).join("\n");
}

function shownInputs(inputs: Demonstration["inputs"], fields: readonly string[] = Object.keys(inputs)) {
  return fields.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return value === undefined || value === null ? [] : [[name, valueText(value)]];
  });
}

function valueText(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (!isMessageList(value)) return JSON.stringify(value);
  return value
    .map(({ role, content }) => `${role}: ${typeof content === "string" ? content : JSON.stringify(content)}`)
    .join("\n");
}

function markFor(texts: readonly string[]): string {
  const runs = texts.flatMap((text) => text.match(/=+/g) ?? []).map((run) => run.length);
  return "=".repeat(runs.reduce((longest, run) => Math.max(longest, run + 1), shortestMark));
}
