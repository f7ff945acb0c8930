import { z } from "zod";
import type { Judgement, Score } from "../../contracts/scorer.ts";
import { factsOfRow } from "../rules/facts.ts";
import { listSome, quote } from "../text/quote.ts";
import { askJudge } from "./ask-judge.ts";
import {
  type DataSection,
  inputSection,
  judgedAnswer,
  numberedSection,
  sectionTitles,
} from "./data-sections.ts";
import { type JudgeQuestion, type JudgeWords, rationale, wordsOf } from "./judge-prompt.ts";

/** A question with one verdict per item of a numbered list. */
export interface ListQuestion extends JudgeWords {
  readonly task: string;
  readonly sections: readonly DataSection[];
  /** Number of items. */
  readonly count: number;
  /** The good verdict, then the bad one. */
  readonly verdicts: readonly [string, string];
}

interface ItemVerdict {
  readonly isGood: boolean;
  readonly rationale: string;
}

/** Asks one question about all items. Returns the verdicts in the order of the items. */
export async function judgeEach(
  scorer: string,
  judgement: Judgement,
  question: ListQuestion,
): Promise<ItemVerdict[]> {
  const schema = verdictsSchema(question);
  const { verdicts } = await askJudge(scorer, judgement, listQuestion(question), schema);
  const inOrder = [...verdicts].sort((one, other) => one.number - other.number);
  return inOrder.map((item) => ({
    isGood: item.verdict === question.verdicts[0],
    rationale: item.rationale,
  }));
}

export function listQuestion({ task, sections, verdicts, ...words }: ListQuestion): JudgeQuestion {
  const item = `{"number": 1, "rationale": "<one sentence>", "verdict": "${verdicts[0]}" or "${verdicts[1]}"}`;
  const reply = `{"verdicts": [${item}, …]}\nwith one entry for each number of the list, in order.`;
  return { task, ...wordsOf(words), sections, reply };
}

function verdictsSchema({ count, verdicts }: ListQuestion) {
  const item = z.object({ number: z.int(), rationale, verdict: z.enum(verdicts) });
  return z.object({
    verdicts: z.array(item).refine(
      (items) => {
        const numbers = new Set(items.map(({ number }) => number));
        return (
          items.length === count &&
          Array.from({ length: count }, (_, at) => at + 1).every((it) => numbers.has(it))
        );
      },
      { message: `exactly one entry for each number from 1 to ${count} is wanted` },
    ),
  });
}

/** Share of the row's expected facts that the answer states, according to the judge. Parts: `fact_1` … */
export async function judgeFacts(scorer: string, judgement: Judgement, words: JudgeWords): Promise<Score> {
  const facts = factsOfRow(judgement.example, scorer);
  if (judgedAnswer(judgement).trim() === "") return { value: 0, feedback: "the answer is empty" };
  const question = factsQuestion(judgement, facts, words);
  const verdicts = await judgeEach(scorer, judgement, question);
  const stated = verdicts.filter(({ isGood }) => isGood).length;
  const parts = Object.fromEntries(verdicts.map(({ isGood }, at) => [`fact_${at + 1}`, Number(isGood)]));
  const missing = verdicts.flatMap(({ isGood, rationale }, at) =>
    isGood ? [] : [`not stated: ${quote(facts[at] ?? "", 120)} (${rationale})`],
  );
  const count = `${stated} of ${facts.length} expected facts are stated`;
  const feedback = missing.length === 0 ? count : `${count}; ${listSome(missing, "; ", 10)}`;
  return { value: stated / facts.length, feedback, parts };
}

export function factsQuestion(
  judgement: Pick<Judgement, "example" | "output" | "toolCalls">,
  facts: readonly string[],
  words: JudgeWords,
): ListQuestion {
  return {
    task:
      'Decide for each of the numbered facts under "Expected facts" whether the text under "Actual answer" states it. ' +
      'A fact is "stated" when the answer says it or says what it plainly follows from, in whatever words; it is ' +
      '"missing" when the answer leaves it out, only hints at it, or contradicts it. What else the answer says does not count.',
    ...wordsOf(words),
    sections: [
      inputSection(judgement.example),
      numberedSection(sectionTitles.facts, facts),
      { title: sectionTitles.actual, text: judgedAnswer(judgement) },
    ],
    count: facts.length,
    verdicts: ["stated", "missing"],
  };
}
