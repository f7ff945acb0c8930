import type { Address, AgentQuestion, Exchange, ModelQuestion, UnstoredAnswers } from "./answer-store.ts";

type Question = ModelQuestion | AgentQuestion;

/** How long a claim lasts after its owner last renewed it. */
export const claimLeaseMs = 30_000;

/** Whether the caller may ask, must wait, or has its answer. */
export type ClaimResult =
  /** The caller asks, stores the answer and releases the claim. */
  | { readonly state: "owned" }
  /** Another owner is asking. `owner` is shown to people: `process 4711`. */
  | { readonly state: "held"; readonly owner?: string }
  | { readonly state: "answered"; readonly exchange: Exchange };

/**
 * Answers that several runs share, and claims, which let two runs that need the same answer pay for it once.
 * Claims save money and nothing else: an implementation that cannot keep one reports `owned`.
 */
export interface SharedAnswers extends UnstoredAnswers {
  /** The question completes a stored exchange, because a shared store does not repeat it. */
  find(address: Address, question: Question): Promise<Exchange | undefined>;
  /**
   * Never waits for another owner. A claim is renewed until it is released or its process ends; then it expires
   * after the lease.
   */
  claim(address: Address, question: Question): Promise<ClaimResult>;
  /** Resolves when claiming again may have another result. Rejects with ModelError `aborted`. */
  changed(address: Address, attempt: number, signal: AbortSignal | undefined): Promise<void>;
  /** Other processes find the answer after `flush`, or after its claim is released. */
  put(address: Address, exchange: Exchange): void;
  /** Ends a claim of this object, after the answer is visible to other processes. Never rejects. */
  release(address: Address): Promise<void>;
  /** Flushes, and releases all claims. */
  close(): Promise<void>;
}
