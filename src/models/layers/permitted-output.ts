import type { ModelError } from "../../core/errors.ts";

const speaksOfLimit =
  /max_(completion_|output_)?tokens|max_new_tokens|output tokens|context (length|window)/i;
const speaksOfContext = /context (length|window)/i;
/** Below this an answer is hardly one: the refusal is about something else. */
const fewest = 64;

/**
 * The output limit to ask for after a provider refused a larger one; undefined when the refusal is about something
 * else. "max_tokens is too large: 32768. This model supports at most 16384 completion tokens" makes it 16,384; of a
 * context ("maximum context length is 8192 tokens") half is left to the input.
 */
export function permittedOutput({ status, message }: ModelError, asked: number): number | undefined {
  if ((status !== 400 && status !== 422) || !speaksOfLimit.test(message)) return undefined;
  const smaller = (message.match(/\d[\d,]*/g) ?? [])
    .map((digits) => Number(digits.replaceAll(",", "")))
    .filter((number) => number < asked && number >= fewest);
  const half = smaller.length === 0 || speaksOfContext.test(message);
  const permitted = Math.floor(Math.max(...(smaller.length === 0 ? [asked] : smaller)) / (half ? 2 : 1));
  return permitted >= fewest ? permitted : undefined;
}
