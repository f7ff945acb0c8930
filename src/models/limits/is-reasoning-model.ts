/**
 * Models that think before they answer, by the part of their names that says so. A name is matched in lower case,
 * with any vendor prefix and any suffix.
 */
const reasoningNames: readonly RegExp[] = [
  /(^|[^a-z0-9])o[134](?![a-z0-9])/,
  // gpt-5 and later, but for the chat variants.
  /(^|[^a-z0-9])gpt-[5-9](?!\d)(?![\w.-]*-chat)/,
  /gpt-oss/,
  /deepseek-(r\d|reasoner)/,
  /(^|[^a-z0-9])r1(?![a-z0-9])/,
  /(^|[^a-z0-9])(qwq|magistral|marco-o1|skywork-o1)/,
  // Thinks unless told not to; the instruct variants do not.
  /qwen3(?![\w.:-]*(instruct|coder|embedding))/,
  /gemini-(2\.5|[3-9])/,
  /grok-(3-mini|[4-9])(?![\w.-]*non-reasoning)/,
  /(^|[^a-z])(thinking|reasoning|reasoner)(?![a-z])/,
];

/** Is the model known to spend hidden tokens on reasoning? Unknown models are taken not to. */
export function isReasoningModel(name: string): boolean {
  const lower = name.toLowerCase();
  if (/non-?(reasoning|thinking)/.test(lower)) return false;
  return reasoningNames.some((pattern) => pattern.test(lower));
}
