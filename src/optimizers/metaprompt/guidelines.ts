/** What guides of model providers agree on about instructions, in the order they matter for a rewrite. */
export const rewriteGuidelines: readonly string[] = [
  "Say first, in one sentence, what the task is and what the input is.",
  "State the output format exactly: allowed labels or fields, their spelling, and that nothing else is written.",
  "Replace vague words by rules that two readers would apply alike, and say how close calls and missing information are decided.",
  "Say what to do rather than what to avoid; give the reason where it helps to apply a rule to new cases.",
  "Order the text: task, rules, output format, then the input, set apart by a line or a label.",
  "For tasks of several steps, name the steps in order, and say which of them is shown in the answer.",
  "Keep every requirement of the current instructions. Drop politeness, repetition and sentences that change no answer.",
  "Write rules that hold for inputs not seen yet; do not copy examples into the text.",
];
