import type { Completion } from "../../contracts/language-model.ts";

/** A request that a provider refuses by its content policy is a 400, read as a withheld answer: nobody bills it. */
export function isUnbilled({ kind, usage }: Pick<Completion, "kind" | "usage">): boolean {
  return kind === "filtered" && usage.inputTokens + usage.outputTokens === 0;
}
