import type { TraceStore } from "../../../contracts/trace-store.ts";
import { digestOf } from "../../../core/data/digest.ts";
import type { Example } from "../../../core/data/example.ts";
import type { Trace, TraceFeedback } from "../../../core/trace.ts";
import type { WrittenLabel } from "./label.ts";

interface TraceLabels {
  readonly written: readonly WrittenLabel[];
  readonly digest: string;
  /** Rated traces that are no labels, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

const idDigits = 16;

/**
 * The ratings in the trace store as labels: one for each rater of a trace, the last one of each. The expected
 * answer comes from the dataset's row with these inputs, else from the correction in the feedback.
 */
export async function labelsOfTraces(
  traces: Pick<TraceStore, "list">,
  { prompt, known }: { readonly prompt?: string | undefined; readonly known: ReadonlyMap<string, Example> },
): Promise<TraceLabels> {
  const written: WrittenLabel[] = [];
  const skipped: Record<string, number> = {};
  for await (const trace of traces.list(prompt === undefined ? {} : { prompt })) {
    const rated = lastRatings(trace.feedback ?? []);
    if (rated.length === 0) continue;
    const lack = lackOf(trace);
    if (lack !== undefined) {
      skipped[lack] = (skipped[lack] ?? 0) + 1;
      continue;
    }
    const inputs = trace.inputs ?? {};
    const id = digestOf(inputs).slice(0, idDigits);
    const found = known.get(id);
    for (const one of rated) {
      const { rating, comment, betterResponse } = one;
      const rater = raterOf(one);
      const base: Example = found ?? {
        ...{ id, inputs, expectations: {}, tags: {} },
        ...(betterResponse === undefined ? {} : { expected: betterResponse }),
        origin: { file: "" },
      };
      written.push({
        example: { ...base, origin: { file: `trace ${trace.traceId}` } },
        answer: trace.output ?? "",
        verdict: rating ?? null,
        ...(rater === undefined ? {} : { rater }),
        ...(comment === undefined ? {} : { comment }),
      });
    }
  }
  const facts = written.map(({ example, answer, verdict, rater }) => [
    example.id,
    answer,
    verdict,
    rater ?? null,
  ]);
  return { written, digest: digestOf(facts), skipped };
}

/** The last rating of each rater: a later one replaces it. */
function lastRatings(feedback: readonly TraceFeedback[]): readonly TraceFeedback[] {
  const last = new Map<string, TraceFeedback>();
  for (const one of feedback) if (one.rating !== undefined) last.set(raterOf(one) ?? "", one);
  return [...last.values()];
}

/** Who rated, and what: one person may rate an answer in several respects. */
function raterOf({ by, evaluator }: TraceFeedback): string | undefined {
  const parts = [by, evaluator].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" / ");
}

function lackOf({ inputs, output, error }: Trace): string | undefined {
  if (error !== undefined) return "the call failed";
  if (output === undefined || output === null || output.trim() === "") return "no answer";
  if (inputs === undefined || Object.keys(inputs).length === 0) return "no variables";
  return undefined;
}
