import { z } from "zod";
import type { Score } from "../../contracts/scorer.ts";
import { cutEnd } from "../text/quote.ts";
import type { Fail } from "./fail.ts";

const maxFeedback = 4000;
const unit = z.number().min(0).max(1);
const scoreSchema = z.object({
  value: unit,
  feedback: z.string().optional(),
  parts: z.record(z.string(), unit).optional(),
});

/** A frozen score made of what a scorer resolved to, with feedback of bounded length. */
export function readScore(result: unknown, fail: Fail): Score {
  const parsed = scoreSchema.safeParse(result);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    throw fail(`gave no score from 0 to 1: ${place}${issue?.message ?? "not a score"}`, {
      hint: 'resolve to { value: 0…1, feedback: "…", parts: { … } }; feedback and parts may be left out',
    });
  }
  const { value, feedback = "", parts } = parsed.data;
  return Object.freeze({
    value,
    ...(feedback === "" ? {} : { feedback: cutEnd(feedback, maxFeedback) }),
    ...(parts === undefined ? {} : { parts: Object.freeze(parts) }),
  });
}
