import type { Outcome } from "../../../contracts/optimizer.ts";
import { answerSection } from "../../request/answer-section.ts";
import { contractSection } from "../../request/contract-section.ts";
import { examplesSection } from "../../request/examples-section.ts";
import { fenced } from "../../request/fence.ts";
import { objectiveSection } from "../../request/objective-section.ts";
import { replyFence, type TextRequest, textRequest } from "../../request/text-request.ts";
import type { GepaSearch } from "../state.ts";
import { reflectionRole } from "./reflection-prompt.ts";

/** One rewrite of a text, and what is known of it. */
export interface Variant {
  readonly text: string;
  readonly record: string;
}

const task = [
  "# What to do",
  [
    "Each rewrite was made from other examples and learnt other things. Combine them into one text that holds everything they learnt.",
    "Keep every rule of the current instructions and every rule that a rewrite added, in its own words where you can; say once what several say.",
    "Where rewrites contradict each other, follow the one with the better record; leave out sentences that change no answer.",
    "The examples are what the rewrites were made from: whatever of them none of the rewrites mends, mend it now; what they speak against, take out.",
  ].join("\n"),
].join("\n\n");

/** Asks for one text that holds what several rewrites of it learnt. */
export function foldPrompt(
  search: GepaSearch,
  name: string,
  current: string,
  variants: readonly Variant[],
  examples: readonly Outcome[],
): TextRequest {
  const fence = replyFence([current, ...variants.map(({ text }) => text)]);
  const rewrites = variants.map(
    ({ text, record }, at) => `## Rewrite ${at + 1}\n\n${record}\n\n${fenced(text, name)}`,
  );
  const sections = [
    ...objectiveSection(search.task.objective),
    `# Current instructions\n\n${fenced(current, name)}`,
    `# Rewrites\n\n${rewrites.join("\n\n")}`,
    ...examplesSection(examples, search.options.max_field_characters),
    contractSection(search.task.contract, name, current),
    task,
    answerSection(fence),
  ];
  return textRequest(reflectionRole, sections, fence, search.task.contract.variables[name]);
}
