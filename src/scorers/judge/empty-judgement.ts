import type { Judgement } from "../../contracts/scorer.ts";

/** A judgement without any text: what a prompt holds of its own, and no row. */
export const emptyJudgement: Judgement = {
  example: { id: "", inputs: {}, expectations: {}, tags: {}, origin: { file: "" } },
  output: "",
  toolCalls: [],
};
