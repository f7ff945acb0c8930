import type { z } from "zod";
import type { LanguageModel } from "../../contracts/language-model.ts";
import type { Judgement } from "../../contracts/scorer.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import { readAnswer } from "../../core/answer/read-answer.ts";
import { ScorerError } from "../../core/errors.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import { boundTokens } from "../../core/usage.ts";
import { rowPlace } from "../expected-answer.ts";
import { cutMiddle, quote } from "../text/quote.ts";
import { type JudgeQuestion, judgePrompt } from "./judge-prompt.ts";
import { readVerdict } from "./read-verdict.ts";

const maxQuotedReply = 1000;
const bytesPerCharacter = 3;
/** Roles, separators, the reason of a second asking, and the lines added to rows' texts in sections. */
const slackTokens = 1000;

/** Calls of one question: an unreadable reply is asked for once more. */
export const callsPerQuestion = { usual: 1, most: 2 } as const;

/**
 * Asks the judge and reads its verdict. A reply that cannot be read is asked for once more, with the
 * reason; then it is a ScorerError. ModelError and BudgetError of the judge pass through.
 */
export async function askJudge<Schema extends z.ZodType>(
  scorer: string,
  judgement: Judgement,
  question: JudgeQuestion,
  schema: Schema,
): Promise<z.output<Schema>> {
  const judge = judgeOf(scorer, judgement);
  const messages = judgePrompt(question);
  const judged = question.sections.map(({ text }) => text);
  const first = await ask(judge, messages, judgement.signal, schema, judged);
  if (first.ok) return first.verdict;
  const again = [...messages, ...correction(first, question.reply)];
  const second = await ask(judge, again, judgement.signal, schema, judged);
  if (second.ok) return second.verdict;
  throw new ScorerError(
    `${rowPlace(judgement.example)}: scorer ${scorer}: the judge ${judge.modelId} gave no readable verdict, asked twice: ` +
      `${second.problem}; its reply: ${quote(second.reply)}`,
    { hint: "choose a stronger scorer_model, or give it more max_tokens" },
  );
}

/** Upper bound of the tokens one call takes besides the row's own texts; a bound by bytes. */
export function judgeOverhead(question: JudgeQuestion): number {
  const empty = { ...question, sections: question.sections.map(({ title }) => ({ title, text: "" })) };
  const texts = judgePrompt(empty).map(({ content }) => content as string);
  const all = [...texts, question.reply].reduce((sum, text) => sum + boundTokens(text), 0);
  return all + maxQuotedReply * bytesPerCharacter + slackTokens;
}

function judgeOf(scorer: string, { judge, example }: Judgement): LanguageModel {
  if (judge !== undefined) return judge;
  throw new ScorerError(`${rowPlace(example)}: scorer ${scorer} asks a judge model, and none was given`, {
    hint: "name one as scorer_model of the optimization",
  });
}

interface UnreadableReply {
  readonly ok: false;
  readonly problem: string;
  readonly reply: string;
}

async function ask<Schema extends z.ZodType>(
  judge: LanguageModel,
  messages: readonly ChatMessage[],
  signal: AbortSignal | undefined,
  schema: Schema,
  judged: readonly string[],
): Promise<{ readonly ok: true; readonly verdict: z.output<Schema> } | UnreadableReply> {
  const completion = await judge.complete({ messages, ...(signal === undefined ? {} : { signal }) });
  const { text, finishReason, toolCalls = [] } = completion;
  const kind = completion.kind ?? readAnswer({ content: text, finishReason, toolCalls }).kind;
  const missing = missingProblems[kind];
  if (missing !== undefined) return { ok: false, problem: missing, reply: text };
  const read = readVerdict(text, schema, judged);
  return read.ok ? read : { ...read, reply: text };
}

/** Answers that hold no verdict, whatever their text is. */
const missingProblems: Readonly<Partial<Record<AnswerKind, string>>> = {
  empty: "it is empty",
  refusal: "it is a refusal",
  cut_off: "it was cut off at the token limit",
  filtered: "it was withheld by a content filter",
};

function correction({ reply, problem }: UnreadableReply, form: string): ChatMessage[] {
  const shown = reply.trim() === "" ? "(empty)" : cutMiddle(reply, maxQuotedReply);
  return [
    { role: "assistant", content: shown },
    {
      role: "user",
      content: `Your reply cannot be read: ${problem}.\nReply again with one JSON object and nothing else:\n${form}`,
    },
  ];
}
