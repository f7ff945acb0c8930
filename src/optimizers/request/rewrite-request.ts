import type { OptimizationTask, Outcome, PromptContractText } from "../../contracts/optimizer.ts";
import { inputsText } from "../../core/prompt/conversation.ts";
import { type InstructionPart, joinInstruction, splitInstruction } from "./instruction-part.ts";
import { additionsSection, contractSection } from "./sections.ts";
import { fenced, fenceFor, type TextRequest } from "./text-request.ts";

/** Whether a rewrite changes only the instruction of a text, where that is possible, or all of it. */
export type RewriteScope = "instructions" | "whole";

/** What a request for one new text is made of. */
export interface RewriteGrounds {
  /** The system message. */
  readonly role: string;
  readonly task: Pick<OptimizationTask, "contract">;
  readonly name: string;
  /** The text to rewrite. */
  readonly text: string;
  readonly scope: RewriteScope;
  /** Other versions of the text, shown under its name. */
  readonly versions?: readonly { readonly text: string; readonly about: string }[];
  /** Older texts that the sections show and the reply may take over. */
  readonly older?: readonly string[];
  /** Sections before the text, in order. */
  readonly sections: readonly string[];
  /** Sections between what must stay and the text. */
  readonly guidance: readonly string[];
  /** The last sentence: what to write. */
  readonly demand: string;
  /** The rows shown. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Builds a request for one new text. The text and the demand come last, since small models follow the end of a
 * request, and no placeholder stands in for the reply, since they copy it (`docs/decisions/044-…`).
 */
export function rewriteRequest(grounds: RewriteGrounds): TextRequest {
  const { demand, guidance, name, older = [], outcomes, role, sections, task, versions = [] } = grounds;
  const part = commonPart(grounds);
  const shown = (text: string) => shownText(text, part, task.contract, name);
  const current = shown(grounds.text);
  const variants = versions.map(({ text, about }, at) => ({ about, text: shown(text), at: at + 1 }));
  const fence = fenceFor([current, ...variants.map(({ text }) => text), ...older]);
  const variables = part === undefined ? (task.contract.variables[name] ?? []) : [];
  const content = [
    ...(variants.length === 0
      ? []
      : [
          `# Rewrites\n\n${variants.map(({ about, text, at }) => `## Rewrite ${at}\n\n${about}\n\n${fenced(text, name)}`).join("\n\n")}`,
        ]),
    ...sections,
    ...(part === undefined
      ? [contractSection(task.contract, name, grounds.text)]
      : additionsSection(task.contract, name)),
    ...guidance,
    `# Current instructions\n\n${fenced(current, name)}`,
    closing(demand, fence, variables),
  ].join("\n\n");
  return {
    messages: [
      { role: "system", content: role },
      { role: "user", content },
    ],
    fence,
    variables,
    current,
    inputs: outcomes.map(({ example }) => inputsText(example.inputs)),
    complete: (text) => (part === undefined ? text : joinInstruction(part, text)),
  };
}

/** The last paragraph of a request. */
function closing(demand: string, fence: string, variables: readonly string[]): string {
  const must =
    variables.length === 0
      ? ""
      : ` They must contain ${variables.map((variable) => `{{${variable}}}`).join(" and ")}.`;
  return `${demand} Provide the new instructions in full within ${fence} blocks.${must}`;
}

/** The part that a rewrite changes; undefined if the versions differ in what stays around it. */
function commonPart({ name, scope, task, text, versions = [] }: RewriteGrounds): InstructionPart | undefined {
  if (scope === "whole") return undefined;
  const part = splitInstruction(text, task.contract, name);
  const isCommon = versions.every((version) => {
    const other = splitInstruction(version.text, task.contract, name);
    return other !== undefined && other.before === part?.before && other.after === part.after;
  });
  return isCommon ? part : undefined;
}

function shownText(
  text: string,
  part: InstructionPart | undefined,
  contract: PromptContractText,
  name: string,
): string {
  if (part === undefined) return text;
  return splitInstruction(text, contract, name)?.instruction ?? text;
}
