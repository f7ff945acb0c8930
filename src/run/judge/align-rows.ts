import { digestOf } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { messageText } from "../../core/prompt/message.ts";
import { createJudge, type JudgedAnswer, type JudgeName } from "../../scorers/judge/judge-verdict.ts";
import type { Label, LabelScale } from "./labels/label.ts";
import { captureRequest } from "./probe-labels.ts";

/** Labels as rows of an optimization: the question that the judge is asked, and the verdicts of people. */
export interface AlignRows {
  readonly rows: readonly JsonObject[];
  /** The judge's present rules, with those that the options add. */
  readonly rules: string;
  /** The labels of the rows, by the row's id. */
  readonly labels: ReadonlyMap<string, { readonly label: Label; readonly judged: JudgedAnswer }>;
  /** Labels that the scorer decides without the judge. */
  readonly decided: number;
  /** Labels about which the judge is asked by other rules: facts beside expected answers. */
  readonly otherRules: number;
}

interface AlignTask {
  readonly use: JudgeName;
  readonly options: JsonObject;
  readonly labels: readonly Label[];
  readonly scale: LabelScale;
}

const idDigits = 16;
/** Stands between the two parts of a captured request; no text of a row holds it. */
const boundary = "\u0000";

/**
 * Makes rows of labels. The judge itself renders its question, so that an optimized prompt is asked exactly as the
 * scorer will ask it. If labels are judged by different rules, those with the most frequent ones are kept.
 */
export async function alignRows({ use, options, labels, scale }: AlignTask): Promise<AlignRows> {
  const judge = createJudge(use, { ...options, template: `{{rules}}${boundary}{{question}}` });
  const made: {
    readonly rules: string;
    readonly id: string;
    readonly row: JsonObject;
    readonly label: Label;
    readonly judged: JudgedAnswer;
  }[] = [];
  let decided = 0;
  for (const label of labels) {
    const messages = await captureRequest(judge, label);
    if (messages === undefined) {
      decided++;
      continue;
    }
    const [rules = "", question = ""] = messages.map(messageText).join("").split(boundary);
    const judged = judgedAnswer(label, scale);
    const expected = verdictWord(use, question, judged.people, scale);
    const inputs = { question };
    made.push({
      ...{ rules, label, judged },
      id: digestOf(inputs).slice(0, idDigits),
      row: {
        inputs,
        expectations: { expected_response: expected, judged: jsonOf(judged) },
        tags: { row: label.example.id },
      },
    });
  }
  const counts = new Map<string, number>();
  for (const { rules } of made) counts.set(rules, (counts.get(rules) ?? 0) + 1);
  const [rules = ""] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [];
  const kept = made.filter((one) => one.rules === rules);
  return {
    rows: kept.map(({ row }) => row),
    rules,
    labels: new Map(kept.map(({ id, label, judged }) => [id, { label, judged }])),
    decided,
    otherRules: made.length - kept.length,
  };
}

function judgedAnswer({ example, answer, grade, comment }: Label, { levels }: LabelScale): JudgedAnswer {
  const [low, high] = [levels[0] ?? 0, levels.at(-1) ?? 1];
  return defined({
    people: (grade - low) / (high - low),
    comment,
    inputs: { ...example.inputs },
    expected: example.expected ?? example.sourceOutput,
    facts: example.expectedFacts === undefined ? undefined : [...example.expectedFacts],
    expectations: { ...example.expectations },
    answer,
  });
}

function jsonOf(judged: JudgedAnswer): JsonObject {
  return Object.fromEntries(Object.entries(judged));
}

const choice = /"verdict": "([^"]+)" or "([^"]+)"/g;

/** The verdict of people in the judge's words, else as a number from 0 to 1. */
function verdictWord(use: JudgeName, question: string, people: number, { kind }: LabelScale): string {
  const [, good, bad] = [...question.matchAll(choice)].at(-1) ?? [];
  const isList = use === "guidelines" || question.includes('"verdicts"');
  if (kind === "graded" || good === undefined || bad === undefined) return String(Number(people.toFixed(3)));
  if (isList) return people === 1 ? `all ${good}` : `at least one ${bad}`;
  return people === 1 ? good : bad;
}
