import { z } from "zod";
import type { LanguageModel } from "../../contracts/language-model.ts";
import type { Score, Scorer } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { isDaoOptError, ScorerError } from "../../core/errors.ts";
import { defineScorer } from "../../plugins/define.ts";
import { unusableRow } from "../expected-answer.ts";
import { correctness } from "./correctness.ts";
import { equivalence } from "./equivalence.ts";
import { guidelines } from "./guidelines.ts";

/** The judges that ask one question, whose prompt can be optimized. */
export const alignableJudges = { correctness, equivalence, guidelines } as const;

const judgedSchema = z.object({
  people: z.number().min(0).max(1),
  comment: z.string().optional(),
  inputs: z.record(z.string(), z.json()),
  expected: z.string().optional(),
  facts: z.array(z.string()).optional(),
  expectations: z.record(z.string(), z.json()),
  answer: z.string(),
});

/** A labelled answer, as a row of `judge align` holds it under `expectations.judged`. */
export interface JudgedAnswer {
  /** Grade of people, 0 to 1. */
  readonly people: number;
  readonly comment?: string;
  readonly inputs: JsonObject;
  readonly expected?: string;
  readonly facts?: readonly string[];
  readonly expectations: JsonObject;
  readonly answer: string;
}

/**
 * Scores a judge's prompt: the answer is the judge's reply about a labelled answer. 1 if its verdict is that of
 * people, for grades 1 minus the difference. A reply without a readable verdict scores 0.
 */
export const judgeVerdict = defineScorer({
  name: "judge_verdict",
  summary: "the answer is a judge's reply, and its verdict is that of people (used by `judge align`)",
  options: z.strictObject({
    use: z.enum(["correctness", "equivalence", "guidelines"]).describe("The judge."),
    options: z.record(z.string(), z.json()).default({}).describe("Options of the judge."),
    scale: z.enum(["binary", "graded"]).default("binary").describe("How people graded."),
    pass_score: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe("Scores of the judge from this one up are a pass."),
  }),
  create({ use, options, scale, pass_score: passScore }) {
    const judge = createJudge(use, options);
    return {
      judgeCalls: { usual: 0, most: 0 },
      async score({ example, output }) {
        const judged = judgedOf(example);
        const read = await readReply(judge, judged, output);
        if ("problem" in read) return { value: 0, feedback: `no readable verdict: ${read.problem}` };
        const verdict = scale === "binary" ? Number(read.value >= passScore - 1e-9) : read.value;
        const value = 1 - Math.abs(verdict - judged.people);
        const why = judged.comment === undefined ? "" : ` (${judged.comment})`;
        const people = `people: ${example.expected ?? judged.people}${why}`;
        return {
          value,
          feedback: value === 1 ? people : `${people}; the judge's reason: ${read.feedback ?? ""}`,
        };
      },
    };
  },
});

export type JudgeName = keyof typeof alignableJudges;

/** Creates a judge from its options as written. Throws ZodError if they are invalid. */
export function createJudge(use: JudgeName, options: unknown): Scorer {
  const plugin = alignableJudges[use];
  return plugin.create(plugin.options.parse(options) as never, { directory: "" });
}

/** The judge's score that a reply means, or why it means none. */
export async function readReply(
  judge: Scorer,
  judged: JudgedAnswer,
  reply: string,
): Promise<Score | { readonly problem: string }> {
  let calls = 0;
  const replaying: LanguageModel = {
    provider: "none",
    modelId: "none",
    complete: async () => {
      calls++;
      // A second question means that the reply could not be read.
      if (calls > 1) throw new ScorerError("the reply has another form");
      return {
        ...{ text: reply, toolCalls: [], finishReason: "stop", latencyMs: 0 },
        usage: { inputTokens: 0, outputTokens: 0 },
      };
    },
  };
  try {
    return await judge.score({
      example: judgedExample(judged),
      output: judged.answer,
      toolCalls: [],
      judge: replaying,
    });
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return { problem: error.message };
  }
}

/** The row that people labelled. */
function judgedExample({ inputs, expected, facts, expectations }: JudgedAnswer): Example {
  return {
    id: "",
    inputs,
    expectations,
    tags: {},
    origin: { file: "" },
    ...(expected === undefined ? {} : { expected }),
    ...(facts === undefined ? {} : { expectedFacts: facts }),
  };
}

function judgedOf(example: Example): JudgedAnswer {
  const read = judgedSchema.safeParse(example.expectations["judged"]);
  if (read.success) return defined(read.data);
  throw unusableRow(
    example,
    "judge_verdict",
    "no labelled answer under expectations.judged",
    "let `dao-opt judge align` make the rows",
  );
}
