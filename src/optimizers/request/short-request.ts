import type { OptimizationTask, Outcome } from "../../contracts/optimizer.ts";
import type { Example } from "../../core/data/example.ts";
import { inputsText } from "../../core/prompt/conversation.ts";
import { joinInstruction, splitInstruction } from "./instruction-part.ts";
import { trimText } from "./records.ts";
import type { RewriteScope } from "./rewrite-request.ts";
import { labelsSection } from "./sections.ts";
import { instructionInTags, shownRewrite, turnsAfter } from "./shown-rewrite.ts";
import { fenceFor, type TextRequest } from "./text-request.ts";

const mostRows = 6;
// A small model reads some hundred tokens well; an answer longer than this shows its form at its start.
const longestField = 300;

interface ShortGrounds {
  readonly task: Pick<OptimizationTask, "contract" | "train">;
  readonly name: string;
  readonly text: string;
  readonly scope: RewriteScope;
  /** Failures of the text. */
  readonly failures: readonly Outcome[];
}

/**
 * A request in few words: the text, the rows right and wrong, the set of labels, and one demand that names what a good
 * instruction says. Small models follow it where they copy a long request. What they cannot do from a description they
 * do after a pattern: the second form shows a rewrite of another task first (`docs/decisions/077-…`).
 */
export function shortRequest(grounds: ShortGrounds): TextRequest {
  const { task, name, text, scope, failures } = grounds;
  const part = scope === "instructions" ? splitInstruction(text, task.contract, name) : undefined;
  const current = part?.instruction ?? text;
  const variables = part === undefined ? (task.contract.variables[name] ?? []) : [];
  const rows = failures.slice(0, mostRows).map(contrastRow);
  const labels = labelsSection(task.train);
  const request = (sections: readonly string[]): TextRequest => ({
    messages: [{ role: "user", content: sections.join("\n\n") }],
    fence: fenceFor([current]),
    variables,
    current,
    inputs: failures.map(({ example }) => inputsText(example.inputs)),
    complete: (reply) => (part === undefined ? reply : joinInstruction(part, reply)),
    isShort: true,
  });
  const must = variables.map((variable) => `{{${variable}}}`).join(" and ");
  const aims =
    labels.length > 0
      ? "List the allowed answers and say that nothing else may be written."
      : "Say which form the answer has and that nothing else may be written.";
  const withVariables = (demand: string) =>
    must === "" ? demand : `${demand} The instruction must contain ${must}.`;
  const own = [instructionInTags(current, name), ...rows, ...labels];
  const open = request([
    ...own,
    withVariables(`Write a better instruction so that it gives the right answers. ${aims}`),
  ]);
  const other = shownRewrite(variables, labels.length > 0);
  const patterned: TextRequest = {
    ...open,
    messages: turnsAfter(
      other,
      own,
      withVariables("Write a better instruction, so that it leads to the right answers."),
    ),
    // A reply that repeats the pattern is refused like one that copies a row.
    inputs: [...open.inputs, other.text],
  };
  return { ...open, short: patterned };
}

/** One row wrong and right. Without an expected answer, the feedback says what is right. */
function contrastRow({ example, output, score }: Outcome): string {
  const right = example.expected ?? score?.feedback ?? "";
  return [
    `Input: ${oneLine(inputsOf(example))}`,
    `Wrong: ${oneLine(output ?? "(no answer)")}`,
    `Right: ${oneLine(right)}`,
  ].join("\n");
}

/** A single input needs no name. */
function inputsOf({ inputs }: Example): string {
  const [value, ...more] = Object.values(inputs);
  return more.length === 0 && typeof value === "string" ? value : inputsText(inputs);
}

function oneLine(text: string): string {
  return trimText(text.replace(/\s*\n\s*/g, " ").trim(), longestField).replace(/\n/g, " ");
}
