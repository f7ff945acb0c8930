/**
 * Ways to write an instruction; each proposal is given one, so that proposals differ (K. Opsahl-Ong
 * et al., arXiv 2406.11695, appendix C).
 */
export const tips: readonly string[] = [
  "Change as little as the failures allow: keep the present words and add the rules that are missing.",
  "Be precise: state the form of the answer and every rule so that two readers would apply it alike.",
  "Be brief: one short sentence for each rule, nothing that changes no answer.",
  "Describe at length what is decisive in the input, and how close calls are decided.",
  "Give the steps that lead from the input to the answer, in order.",
  "Say who the assistant is and what depends on the answer being right.",
];
