import type { Completion, CompletionRequest, LanguageModel } from "../../src/contracts/language-model.ts";
import type { ScorerPlugin } from "../../src/contracts/plugin.ts";
import type { Judgement, Score, Scorer } from "../../src/contracts/scorer.ts";
import type { Example } from "../../src/core/data/example.ts";
import type { JsonObject } from "../../src/core/data/json.ts";
import type { DaoOptError } from "../../src/core/errors.ts";

export function makeExample(given: Partial<Example> = {}): Example {
  return {
    id: "0123456789abcdef",
    inputs: { text: "a question" },
    expectations: {},
    tags: {},
    origin: { file: "rows.jsonl", line: 7 },
    ...given,
  };
}

export function makeJudgement(
  given: Partial<Judgement> & { readonly row?: Partial<Example> } = {},
): Judgement {
  const { row, ...rest } = given;
  return { example: makeExample(row), output: "", toolCalls: [], ...rest };
}

/** A plugin's scorer with options as written by a user. */
export function make(plugin: ScorerPlugin, options: JsonObject = {}, directory = "/nowhere"): Scorer {
  return plugin.create(plugin.options.parse(options) as never, { directory });
}

/** The score of an answer to a row with this expected answer. */
export function rate(
  plugin: ScorerPlugin,
  expected: string,
  output: string,
  options: JsonObject = {},
): Promise<Score> {
  return make(plugin, options).score(makeJudgement({ row: { expected }, output }));
}

/** All messages about invalid options, in order. */
export function optionProblems(plugin: ScorerPlugin, options: JsonObject): string[] {
  const parsed = plugin.options.safeParse(options);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

/** The error that a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<DaoOptError> {
  return promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)}`);
    },
    (error: DaoOptError) => error,
  );
}

interface ScriptedJudge extends LanguageModel {
  readonly requests: readonly CompletionRequest[];
}

/** A judge that returns the given replies in order, or the result of a function of the request. */
export function scriptedJudge(
  replies: readonly (string | Error)[] | ((request: CompletionRequest) => string | Error),
): ScriptedJudge {
  const requests: CompletionRequest[] = [];
  return {
    provider: "test",
    modelId: "judge-1",
    requests,
    async complete(request): Promise<Completion> {
      const at = requests.push(request) - 1;
      const reply = typeof replies === "function" ? replies(request) : replies[at];
      if (reply === undefined) throw new Error("the judge was asked once too often");
      if (reply instanceof Error) throw reply;
      return {
        text: reply,
        toolCalls: [],
        finishReason: "stop",
        usage: { inputTokens: 1, outputTokens: 1 },
        latencyMs: 1,
      };
    },
  };
}

/** The text of one message of a request. */
export function messageAt(request: CompletionRequest | undefined, at: number): string {
  return request?.messages[at]?.content as string;
}

/** Texts of a judge's request by section title, found between the tags. */
export function sectionsOf(request: CompletionRequest | undefined): Record<string, string> {
  const tag = /<(data-[0-9a-f]{12})>/.exec(messageAt(request, 0))?.[1];
  const pattern = new RegExp(`^## (.+)\\n<${tag}>\\n([\\s\\S]*?)\\n</${tag}>$`, "gm");
  return Object.fromEntries(
    [...messageAt(request, 1).matchAll(pattern)].map((match) => [match[1], match[2]]),
  );
}
