import { digestOf } from "../data/digest.ts";

/**
 * The texts an engine may rewrite, by name, in a fixed order: one entry for a text prompt
 * (`sentiment_classifier`), one a message for a chat prompt (`support#0:system`, `support#1:user`).
 */
export type PromptTexts = Readonly<Record<string, string>>;

/** First 12 hex digits of the digest of the texts: equal texts are the same candidate. */
export type CandidateId = string;

/** A set of texts that keeps the prompt's contract. Made by `Lab.draft` alone. */
export interface Candidate {
  readonly id: CandidateId;
  readonly texts: PromptTexts;
  readonly parents: readonly CandidateId[];
  /** Estimated tokens of all texts together. */
  readonly promptTokens: number;
}

export function candidateId(texts: PromptTexts): CandidateId {
  return digestOf(texts).slice(0, 12);
}
