import type { ModelSpec } from "../../../contracts/model-spec.ts";

/** What an error message needs besides the error. */
export interface ErrorContext {
  readonly spec: ModelSpec;
  /** For messages: `gpt-4o-mini at https://api.openai.com/v1`. */
  readonly who: string;
  readonly keyVariable?: string | undefined;
  /** Hides the values of secrets. */
  mask(text: string): string;
}
