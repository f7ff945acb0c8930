import type { ScorerSpec } from "../../contracts/scorer.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { parseJsonAnswer } from "../json/parse-json-answer.ts";

/** How an answer that is right in content fails by its form. */
export type FormatFault =
  | "letter_case"
  | "white_space"
  | "punctuation"
  | "code_fence"
  | "layout"
  | "value_types"
  | "decoration"
  | "sentence"
  | "text_around_json";

/** One way to read an answer more leniently than its scorer does. */
export interface LenientReading {
  readonly fault: FormatFault;
  /** The scorer that accepts such answers; null if none does. */
  readonly scorer: Pick<ScorerSpec, "use" | "options"> | null;
  /** Takes the answer out of the text around it, for faults that no scorer accepts. */
  readonly extract?: (output: string) => string;
  /** Longer answers are not read this way: they may hold any short text by chance. */
  readonly mostWords?: number;
}

const mostWordsOfSentence = 60;

/** What is known about the rows as a whole. */
export interface AnswerSet {
  /** All expected answers, if they are a set of labels. */
  readonly labels?: readonly string[];
  /** Whether expected answers are short enough to look for within a sentence. */
  readonly isShort: boolean;
  /** Whether every expected answer is a JSON object or list. */
  readonly isJson: boolean;
}

/** The lenient readings of a rule scorer, strictest first; empty for scorers that judge content. */
export function lenientReadings(
  { use, options }: Pick<ScorerSpec, "use" | "options">,
  answers: AnswerSet,
): readonly LenientReading[] {
  const withOption = (fault: FormatFault, option: string): readonly LenientReading[] =>
    options[option] === true ? [] : [{ fault, scorer: { use, options: { ...options, [option]: true } } }];
  switch (use) {
    case "exact_match":
      return [
        ...withOption("letter_case", "ignore_case"),
        ...withOption("white_space", "ignore_space"),
        ...withOption("punctuation", "ignore_punctuation"),
        ...(answers.isJson ? jsonReadings() : textReadings(answers, {})),
      ];
    case "label":
      return [
        ...(options.ignore_case === false
          ? [{ fault: "letter_case", scorer: { use, options: without(options, "ignore_case") } } as const]
          : []),
        ...(options.labels === undefined ? sentenceReadings(answers, options) : []),
      ];
    case "contains":
      return [...withOption("letter_case", "ignore_case"), ...withOption("white_space", "ignore_space")];
    case "json_fields":
      return [
        ...withOption("code_fence", "allow_fence"),
        ...withOption("letter_case", "ignore_case"),
        ...withOption("value_types", "loose_types"),
        { fault: "text_around_json", scorer: null, extract: innerJson },
      ];
    case "json_schema":
      return [
        ...withOption("code_fence", "allow_fence"),
        { fault: "text_around_json", scorer: null, extract: innerJson },
      ];
    default:
      return [];
  }
}

/** Expected JSON under `exact_match`: any layout of the same value is right in content. */
function jsonReadings(): readonly LenientReading[] {
  return [
    { fault: "layout", scorer: { use: "json_fields", options: { extra_fields: "wrong" } } },
    {
      fault: "code_fence",
      scorer: { use: "json_fields", options: { extra_fields: "wrong", allow_fence: true } },
    },
  ];
}

function textReadings(answers: AnswerSet, options: JsonObject): readonly LenientReading[] {
  if (!answers.isShort) return [{ fault: "code_fence", scorer: null, extract: unfenced }];
  return [
    { fault: "code_fence", scorer: null, extract: unfenced },
    { fault: "decoration", scorer: { use: "label", options } },
    ...sentenceReadings(answers, options),
  ];
}

function sentenceReadings({ labels, isShort }: AnswerSet, options: JsonObject): readonly LenientReading[] {
  if (labels !== undefined)
    return [{ fault: "sentence", scorer: { use: "label", options: { ...options, labels: [...labels] } } }];
  if (!isShort) return [];
  const found = { whole_word: true, ignore_case: true };
  const scorer = { use: "contains", options: found };
  return [{ fault: "sentence", scorer, mostWords: mostWordsOfSentence }];
}

function without(options: JsonObject, key: string): JsonObject {
  const { [key]: _, ...others } = options;
  return others;
}

const fence = /^\s*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?\1\s*$/;

function unfenced(output: string): string {
  return fence.exec(output)?.[2] ?? output;
}

/** The JSON within other text: from the first opening bracket to the last closing one. */
function innerJson(output: string): string {
  const start = output.search(/[{[]/);
  const end = Math.max(output.lastIndexOf("}"), output.lastIndexOf("]")) + 1;
  const inner = output.slice(Math.max(0, start), end);
  return start >= 0 && parseJsonAnswer(inner, false).ok ? inner : output;
}
