import type { CandidateId } from "../core/prompt/candidate.ts";

/** A candidate in the table of quality and price. */
export interface ParetoEntry {
  readonly candidate: CandidateId;
  readonly isBase: boolean;
  readonly isChosen: boolean;
  /** Mean over all validation rows, estimated and measured. */
  readonly validation: number;
  readonly measured: number;
  /** Estimated tokens of the prompt's texts. */
  readonly promptTokens: number;
  /** Measured mean per call; null if the answers do not report tokens. */
  readonly outputTokens: number | null;
  /** Measured on the validation rows; null if a price is unknown. */
  readonly usdPerThousandCalls: number | null;
}

/** The candidates that no other one beats in both quality and price, best first. */
export interface ParetoTable {
  /** The price of a call that the table uses. */
  readonly price: "usd" | "prompt_tokens";
  readonly entries: readonly ParetoEntry[];
  /** Why the chosen candidate was chosen. */
  readonly reason: string;
}
