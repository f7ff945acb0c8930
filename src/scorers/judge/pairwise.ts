import { z } from "zod";
import type { Judgement, Score } from "../../contracts/scorer.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswerHint, unusableRow } from "../expected-answer.ts";
import { askJudge, callsPerQuestion, judgeOverhead } from "./ask-judge.ts";
import { inputSection, judgedAnswer, sectionTitles } from "./data-sections.ts";
import {
  emptyJudgement,
  type JudgeQuestion,
  type JudgeWords,
  judgeOptions,
  rationale,
  wordsOf,
} from "./judge-prompt.ts";

const verdictSchema = z.object({ rationale, verdict: z.enum(["A", "B", "tie"]) });
const referenceNames = { source: "the source model's answer", expected: "the expected answer" } as const;

/**
 * Compares the answer with the source model's answer (else the expected answer) in both orders: 1 better, 0.5
 * equal, 0 worse. A verdict that changes with the order counts as 0.5.
 */
export const pairwise = defineScorer({
  name: "pairwise",
  summary: "a judge compares the answer with the source model's, in both orders",
  options: z.strictObject({
    against: z
      .enum(["auto", "source", "expected"])
      .default("auto")
      .describe(
        "What to compare with: the source model's answer, the expected one, or the first that the row has.",
      ),
    criteria: z
      .string()
      .trim()
      .min(1)
      .default("which answer is more correct, more complete and more helpful for the input")
      .describe("What makes an answer better."),
    ...judgeOptions,
  }),
  create({ against, criteria, ...words }) {
    const ask = (judgement: Judgement, a: string, b: string) =>
      askJudge("pairwise", judgement, question(judgement, a, b, criteria, words), verdictSchema);
    return {
      judgeCalls: { usual: 2 * callsPerQuestion.usual, most: 2 * callsPerQuestion.most },
      judgeOverheadTokens: judgeOverhead(question(emptyJudgement, "", "", criteria, words)),
      async score(judgement) {
        const reference = referenceOf(judgement, against);
        const actual = judgedAnswer(judgement);
        if (actual.trim() === reference.text.trim()) {
          return { value: 0.5, feedback: `the answer is the same as ${reference.name}` };
        }
        const first = await ask(judgement, actual, reference.text);
        const second = await ask(judgement, reference.text, actual);
        return weigh(
          { outcome: outcomeOf(first.verdict, "A"), rationale: first.rationale },
          { outcome: outcomeOf(second.verdict, "B"), rationale: second.rationale },
          reference.name,
        );
      },
    };
  },
});

type Outcome = "better" | "worse" | "as good";
interface Opinion {
  readonly outcome: Outcome;
  readonly rationale: string;
}
const values: Readonly<Record<Outcome, number>> = { better: 1, worse: 0, "as good": 0.5 };

function outcomeOf(verdict: "A" | "B" | "tie", own: "A" | "B"): Outcome {
  if (verdict === "tie") return "as good";
  return verdict === own ? "better" : "worse";
}

function weigh(first: Opinion, second: Opinion, reference: string): Score {
  const reasons = `shown first: ${first.rationale}; shown second: ${second.rationale}`;
  if (first.outcome === second.outcome) {
    const relation = first.outcome === "as good" ? "as good as" : `${first.outcome} than`;
    return {
      value: values[first.outcome],
      feedback: `judged ${relation} ${reference} in both orders; ${reasons}`,
    };
  }
  const views = `judged ${first.outcome} when shown first and ${second.outcome} when shown second`;
  return {
    value: 0.5,
    feedback: `${views}: the judge's verdict depends on the order (position bias), so it counts as a tie; ${reasons}`,
  };
}

function referenceOf({ example }: Judgement, against: "auto" | "source" | "expected") {
  const source = against === "expected" ? undefined : example.sourceOutput;
  if (source !== undefined) return { text: source, name: referenceNames.source };
  const expected = against === "source" ? undefined : example.expected;
  if (expected !== undefined) return { text: expected, name: referenceNames.expected };
  const lack = {
    auto: "no answer of the source model and no expected answer",
    source: "no answer of the source model",
    expected: "no expected answer",
  };
  throw unusableRow(example, "pairwise", lack[against], expectedAnswerHint);
}

function question(
  judgement: Judgement,
  answerA: string,
  answerB: string,
  criteria: string,
  words: JudgeWords,
): JudgeQuestion {
  return {
    task:
      'Compare the text under "Answer A" with the text under "Answer B"; both were given to the text under "Input". ' +
      `What decides: ${criteria}. Say "tie" when neither is better. Their order, their length and how sure of ` +
      "themselves they sound do not count.",
    ...wordsOf(words),
    sections: [
      inputSection(judgement.example),
      { title: sectionTitles.answerA, text: answerA },
      { title: sectionTitles.answerB, text: answerB },
    ],
    reply: '{"rationale": "<one or two sentences>", "verdict": "A" or "B" or "tie"}',
  };
}
