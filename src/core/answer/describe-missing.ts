/** Answers of one model in one run or evaluation. Each request counts once. */
export interface MissingCounts {
  /** All answers, including usable ones. */
  readonly answers: number;
  readonly empty: number;
  /** Empty answers that carry reasoning. */
  readonly emptyWithReasoning: number;
  readonly refusal: number;
  readonly cutOff: number;
  readonly filtered: number;
}

interface MissingContext {
  /** Key of the model in the config, to name the line to change. */
  readonly model?: string;
  /** The output limit of the requests, in tokens; absent if none was sent. */
  readonly maxTokens?: number;
  /** What set the limit if not the model's own configuration: `--max-cost`, `budget.usd` … */
  readonly limitSource?: string;
}

/** Adds one answer to the counts. `kind` is absent if the answer could not be read. */
export function countAnswer(
  counts: MissingCounts,
  { kind, reasoning }: { readonly kind?: string | undefined; readonly reasoning?: string | undefined },
): MissingCounts {
  const isEmpty = kind === "empty";
  return {
    answers: counts.answers + 1,
    empty: counts.empty + Number(isEmpty),
    emptyWithReasoning: counts.emptyWithReasoning + Number(isEmpty && (reasoning ?? "") !== ""),
    refusal: counts.refusal + Number(kind === "refusal"),
    cutOff: counts.cutOff + Number(kind === "cut_off"),
    filtered: counts.filtered + Number(kind === "filtered"),
  };
}

export const noAnswers: MissingCounts = Object.freeze({
  answers: 0,
  empty: 0,
  emptyWithReasoning: 0,
  refusal: 0,
  cutOff: 0,
  filtered: 0,
});

/**
 * One sentence for each kind of missing answer: the count, the likely cause and the fix. Empty if every answer
 * is usable.
 *
 *     describeMissing({ ...noAnswers, answers: 40, empty: 40, emptyWithReasoning: 40 })
 *     // ["40 of 40 answers are empty and carry reasoning_content: raise max_tokens"]
 */
export function describeMissing(counts: MissingCounts, context: MissingContext = {}): readonly string[] {
  const { answers, empty, emptyWithReasoning: thinking, refusal, cutOff, filtered } = counts;
  const of = (count: number, what: readonly [one: string, many: string]) =>
    `${count} of ${answers} answers ${count === 1 ? what[0] : what[1]}`;
  const silent = empty - thinking;
  const place = context.model === undefined ? "" : ` of ${context.model}`;
  return [
    ...(thinking > 0
      ? [
          `${of(thinking, ["is empty and carries", "are empty and carry"])} reasoning_content: raise max_tokens${place}${limitNote(context)}`,
        ]
      : []),
    ...(silent > 0
      ? [
          `${of(silent, ["is empty", "are empty"])}: the model ended without writing anything; check the prompt, \`stop\` and the chat template of the server`,
        ]
      : []),
    ...(cutOff > 0
      ? [
          `${of(cutOff, ["was", "were"])} cut off by the length limit: raise max_tokens${place}${limitNote(context)}`,
        ]
      : []),
    ...(refusal > 0
      ? [
          `${of(refusal, ["is a refusal", "are refusals"])}: the model declined; reword the prompt or use another model`,
        ]
      : []),
    ...(filtered > 0
      ? [
          `${of(filtered, ["was", "were"])} withheld by a content filter: check the inputs and the filter settings of the provider`,
        ]
      : []),
  ];
}

function limitNote({ maxTokens, limitSource }: MissingContext): string {
  const limit = maxTokens === undefined ? "" : `it is ${maxTokens.toLocaleString("en-US")}`;
  const source = limitSource === undefined ? "" : `set because of ${limitSource}`;
  const note = [limit, source].filter((text) => text !== "").join(", ");
  return note === "" ? "" : ` (${note})`;
}
