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
/** Roles, separators, the reason for a repeated question, and the lines that sections add to rows' texts. */
const slackTokens = 1000;

/** Calls per question: an unreadable reply is requested once more. */
export const callsPerQuestion = { usual: 1, most: 2 } as const;

/**
 * Asks the judge and reads its verdict. Requests an unreadable reply once more, with the reason, then rejects
 * with ScorerError. ModelError and BudgetError of the judge pass through.
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
    `${rowPlace(judgement.example)}: scorer ${scorer}: the judge ${judge.modelId} returned no readable verdict in two attempts: ` +
      `${second.problem}; its reply: ${quote(second.reply)}`,
    { hint: "use a stronger scorer_model or raise its max_tokens" },
  );
}

/** Upper bound of the tokens in one call besides the row's texts, based on bytes. */
export function judgeOverhead(question: JudgeQuestion): number {
  const empty = { ...question, sections: question.sections.map(({ title }) => ({ title, text: "" })) };
  const texts = judgePrompt(empty).map(({ content }) => content as string);
  const all = [...texts, question.reply].reduce((sum, text) => sum + boundTokens(text), 0);
  return all + maxQuotedReply * bytesPerCharacter + slackTokens;
}

function judgeOf(scorer: string, { judge, example }: Judgement): LanguageModel {
  if (judge !== undefined) return judge;
  throw new ScorerError(
    `${rowPlace(example)}: scorer ${scorer} needs a judge model, but none is configured`,
    {
      hint: "set scorer_model of the optimization",
    },
  );
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

/** Kinds of answers without a verdict, whatever their text. */
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
