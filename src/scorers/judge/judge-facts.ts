import type { Judgement, Score } from "../../contracts/scorer.ts";
import { factsOfRow } from "../rules/facts.ts";
import { listSome, quote } from "../text/quote.ts";
import { judgeEach, type ListQuestion } from "./judge-each.ts";
import { inputSection, judgedAnswer, numberedSection, sectionTitles } from "./row-sections.ts";

/** Share of the row's expected facts that the answer states, as the judge sees it. Parts: `fact_1` … */
export async function judgeFacts(
  scorer: string,
  judgement: Judgement,
  instructions: string | undefined,
): Promise<Score> {
  const facts = factsOfRow(judgement.example, scorer);
  if (judgedAnswer(judgement).trim() === "") return { value: 0, feedback: "the answer is empty" };
  const question = factsQuestion(judgement, facts, instructions);
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
  instructions: string | undefined,
): ListQuestion {
  return {
    task:
      'Decide for each of the numbered facts under "Expected facts" whether the text under "Actual answer" states it. ' +
      'A fact is "stated" when the answer says it or says what it plainly follows from, in whatever words; it is ' +
      '"missing" when the answer leaves it out, only hints at it, or contradicts it. What else the answer says does not count.',
    instructions,
    sections: [
      inputSection(judgement.example),
      numberedSection(sectionTitles.facts, facts),
      { title: sectionTitles.actual, text: judgedAnswer(judgement) },
    ],
    count: facts.length,
    verdicts: ["stated", "missing"],
  };
}
