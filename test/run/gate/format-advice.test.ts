import { expect, test } from "vitest";
import { createHttpProject, offlineAnswer } from "../../support/http-project.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";

interface RunDocument {
  readonly optimizations: readonly {
    readonly advice: readonly string[];
    readonly scores: { readonly test: { readonly optimized: number } };
  }[];
}

test("a run whose answers differ in letter case names the scorer's option, which then accepts them", async () => {
  const server = await startLoopbackOpenAI({
    answer: (request) =>
      request.model === "offline/small"
        ? offlineAnswer(request).toUpperCase()
        : // A rewrite that changes nothing.
          "```\nClassify the sentiment. Answer 'positive' or 'negative' or 'neutral'. \nText: {{text}}\n```",
  });
  const project = createHttpProject({
    baseUrl: server.baseUrl,
    rows: 60,
    optimization: { max_steps: 1, num_candidates: 1 },
  });
  const env = { OPENAI_API_KEY: "none" };
  const before = (await project.run(["--json"], { env })).json as RunDocument;
  const [{ advice, scores } = { advice: [], scores: { test: { optimized: 1 } } }] = before.optimizations;
  expect(scores.test.optimized).toBe(0);
  expect(advice[0]).toMatch(
    /^\d+ of 30 failed rows (differ in letter case only: `scorers: \[\{ use: exact_match, options: \{ ignore_case: true \} \}\]`|hold the right label)/,
  );
  const scorers = "[{ use: exact_match, options: { ignore_case: true } }]";
  const set = `--set=optimizations.prompt_optimizations.x.scorers=${scorers}`;
  const after = (await project.run(["--json", set], { env })).json as RunDocument;
  expect(after.optimizations[0]?.scores.test.optimized).toBeGreaterThan(0);
  await server.close();
});
