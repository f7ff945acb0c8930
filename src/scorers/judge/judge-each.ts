import { z } from "zod";
import type { Judgement } from "../../contracts/scorer.ts";
import { askJudge } from "./ask-judge.ts";
import type { DataSection } from "./data-sections.ts";
import { rationale } from "./judge-options.ts";
import type { JudgeQuestion } from "./judge-prompt.ts";

/** A question with a verdict for each item of a numbered list. */
export interface ListQuestion {
  readonly task: string;
  readonly instructions?: string | undefined;
  readonly sections: readonly DataSection[];
  /** How many items the list has. */
  readonly count: number;
  /** The good verdict, then the bad one. */
  readonly verdicts: readonly [string, string];
}

interface ItemVerdict {
  readonly isGood: boolean;
  readonly rationale: string;
}

/** Asks one question about all items; verdicts come back in the order of the items. */
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

export function listQuestion({ task, instructions, sections, verdicts }: ListQuestion): JudgeQuestion {
  const item = `{"number": 1, "rationale": "<one sentence>", "verdict": "${verdicts[0]}" or "${verdicts[1]}"}`;
  const reply = `{"verdicts": [${item}, …]}\nwith one entry for each number of the list, in order.`;
  return { task, instructions, sections, reply };
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
