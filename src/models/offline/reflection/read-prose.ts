import type { FailureRecord } from "./record-collector.ts";

const wanted =
  /\b(?:expected(?: (?:answer|output|label|response|result))?(?: (?:is|was))?|should (?:have (?:been|said|answered)|be)|correct(?: (?:answer|label|output|response))?(?: (?:is|was|would be))?|wanted|right answer(?: is| was)?|instead of|rather than|ought to be|truth)\b\s*:?\s*/i;
const given =
  /\b(?:got|said|says|answered|returned|replied|gave|output|wrote|predicted|produced|responded)\b\s*:?\s*/i;
const value = /^(?:with |as |is |was |it |of )?["“'`]([^"”\n]+?)["”'`](?=[\s,.;)]|$)|^([\p{L}\p{N}_-]+)/u;

/** `On "I love it" it said "negative"; "positive" was expected` and its like, in one line. */
export function readProse(line: string): Partial<FailureRecord> | undefined {
  const quotes = [...line.matchAll(/["“]([^"”\n]+)["”]/g)].map((match) => match[1] ?? "");
  if (quotes.length < 2) return undefined;
  const expected = valueAfter(line, wanted);
  const output = valueAfter(line, given);
  const input = quotes.find((one) => one !== expected && one !== output);
  if (input === undefined || (expected === undefined && output === undefined)) return undefined;
  return {
    input,
    expected: expected ?? quotes.find((one) => one !== input && one !== output) ?? "",
    output: output ?? "",
  };
}

/** What a feedback says was expected and what came, when the record has no fields for it. */
export function readFeedback(feedback: string): { readonly expected?: string; readonly output?: string } {
  const expected = valueAfter(feedback, wanted);
  const output = valueAfter(feedback, given);
  return { ...(expected === undefined ? {} : { expected }), ...(output === undefined ? {} : { output }) };
}

function valueAfter(text: string, lead: RegExp): string | undefined {
  const at = lead.exec(text);
  if (at === null) return undefined;
  const found = value.exec(text.slice(at.index + at[0].length));
  return found?.[1] ?? found?.[2];
}
