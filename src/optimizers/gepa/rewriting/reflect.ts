import type { Outcome } from "../../../contracts/optimizer.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Candidate } from "../../../core/prompt/candidate.ts";
import { trimText } from "../../request/records.ts";
import { rewriteRequest } from "../../request/rewrite-request.ts";
import {
  examplesSection,
  labelsSection,
  objectiveSection,
  otherTextsSection,
} from "../../request/sections.ts";
import { shortRequest } from "../../request/short-request.ts";
import { fenced, type TextRequest } from "../../request/text-request.ts";
import { type Attempt, rewriteTexts } from "../../search/rewrite-texts.ts";
import { textEdits } from "../../search/text-edits.ts";
import type { RewriteEvidence } from "../gather-failures.ts";
import type { RejectedEdit } from "../memory.ts";
import type { GepaSearch } from "../state.ts";

const longestEdit = 600;

export const reflectionRole =
  "You improve the instructions that an assistant is given. You learn from its answers what the instructions leave unsaid, and you write it into them.";

const guidance = [
  "# What to do",
  [
    "Read each example: what was asked, what the assistant answered, what would have been right.",
    "Find what the instructions leave open, get wrong or say unclearly, and mend it with general rules: label sets, output format, how to decide close cases, facts of the field that the assistant cannot know.",
    "Keep every rule of the current instructions that the examples do not speak against, in its own words where you can.",
    "Do not copy the examples into the instructions, and add nothing that does not change an answer.",
  ].join("\n"),
].join("\n\n");

const reflectionDemand =
  "Your task is to write new instructions for the assistant, so that it gives the right answers.";

/** Builds the request to rewrite one text of a candidate, in the long or the short form, from its outcomes. */
export function reflectionPrompt(
  search: GepaSearch,
  parent: Candidate,
  name: string,
  outcomes: readonly Outcome[],
  isShort = false,
): TextRequest {
  const { task, options, memory } = search;
  const text = parent.texts[name] ?? "";
  const scope = options.rewrite;
  const failures = outcomes.filter(({ score }) => score?.value !== 1);
  const short = shortRequest({ task, name, text, scope, failures });
  if (isShort) return short;
  const sections = [
    ...objectiveSection(task.objective),
    ...otherTextsSection(parent.texts, name),
    ...examplesSection(outcomes, options.max_field_characters),
    ...labelsSection(task.train),
    ...rejectedSection(memory.recall(parent.id, name)),
  ];
  const request = rewriteRequest({
    role: reflectionRole,
    task,
    name,
    text,
    scope,
    sections,
    guidance: [guidance],
    demand: reflectionDemand,
    outcomes,
  });
  return { ...request, short };
}

/** An edit is shown to many reflections, and splitting it into sentences is the slowest part of a prompt. */
const editLines = new WeakMap<RejectedEdit, string>();

function linesOf(edit: RejectedEdit): string {
  const known = editLines.get(edit);
  if (known !== undefined) return known;
  const { removed, added } = textEdits(edit.before, edit.after);
  const lines = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].join("\n");
  editLines.set(edit, lines);
  return lines;
}

function rejectedSection(edits: readonly RejectedEdit[]): readonly string[] {
  if (edits.length === 0) return [];
  const shown = edits.map(
    (edit, at) => `## Edit ${at + 1}\n\n${fenced(trimText(linesOf(edit), longestEdit))}\n\n${edit.reason}`,
  );
  return [
    `# Rejected edits\n\nThese were tried on the current instructions and did not help. Do something else.\n\n${shown.join("\n\n")}`,
  ];
}

/**
 * Whether a lane asks in the short form: always for a model that cannot answer the long one, and in every other lane
 * after a step without progress, because the other form brings other texts.
 */
export function isShortLane({ fruitless, replies }: GepaSearch, lane: number): boolean {
  return replies.isShort || (fruitless > 0 && (lane + fruitless) % 2 === 1);
}

/** The result of one lane of a step; no attempt if its parent has no failures. */
export interface LaneResult {
  readonly parent: Candidate;
  readonly minibatch: readonly Example[];
  readonly lesson: readonly Outcome[];
  readonly attempt?: Attempt;
}

/** One lane: asks for new texts that keep the contract, based on failures of the parent. */
export async function reflectOn(
  search: GepaSearch,
  step: number,
  parent: Candidate,
  names: readonly string[],
  { outcomes, minibatch }: RewriteEvidence,
  isShort: boolean,
): Promise<LaneResult> {
  if (outcomes.length === 0) return { parent, minibatch, lesson: [] };
  const requests = names.map(
    (name) => [name, reflectionPrompt(search, parent, name, outcomes, isShort)] as const,
  );
  const attempt = await rewriteTexts(search.lab, {
    step,
    by: "reflection",
    purpose: "propose",
    parents: [parent],
    settled: parent.texts,
    requests: Object.fromEntries(requests),
  });
  const rewrite = attempt.kind === "drafted" ? attempt.candidate : attempt;
  // The text of another lane was learned from the rows of both.
  if ("texts" in rewrite && rewrite.texts !== undefined)
    search.provenance.note(parent.texts, rewrite.texts, outcomes);
  return { parent, minibatch, lesson: outcomes, attempt };
}
