import type { ChatMessage } from "../../core/prompt/message.ts";

/** A rewrite of an instruction of another task: what is shown before it, and the new text. */
interface ShownRewrite {
  readonly sections: readonly string[];
  readonly text: string;
}

const instruction = "Which language is this?";
const row = "Input: Bonjour tout le monde\nWrong: This is French.\nRight: French";
const labels = "English, French, German";
const form = "Write the answer alone, without a sentence.";

/**
 * A rewrite that keeps the old instruction and adds what its answer lacked, as a pattern for models that cannot follow
 * a description. It has the variables that the text must keep, and labels if the task has them.
 */
export function shownRewrite(variables: readonly string[], hasLabels: boolean): ShownRewrite {
  const lines = variables.map((variable) => `\n{{${variable}}}`).join("");
  const labelled = hasLabels ? [` Answer with exactly one of: ${labels}.`] : [];
  return {
    sections: [
      instructionInTags(`${instruction}${lines}`),
      row,
      ...(hasLabels ? [`The right answers are always one of: ${labels}.`] : []),
    ],
    text: [instruction, ...labelled, ` ${form}`, lines].join(""),
  };
}

/** The text to rewrite, as the short forms show it. */
export function instructionInTags(text: string, name = "prompt"): string {
  return `<instruction name=${JSON.stringify(name)}>\n${text}\n</instruction>`;
}

/** The same demand of the shown rewrite and of the one that is wanted, as turns of one conversation. */
export function turnsAfter(
  { sections, text }: ShownRewrite,
  own: readonly string[],
  demand: string,
): readonly ChatMessage[] {
  const ask = (shown: readonly string[]) => ({ role: "user", content: [...shown, demand].join("\n\n") });
  return [ask(sections), { role: "assistant", content: text }, ask(own)];
}
