import { afterAll, beforeAll, expect, test } from "vitest";
import { goldenFiles } from "../support/golden-files.ts";
import { createHttpProject, offlineAnswer } from "../support/http-project.ts";
import type { WireRequest } from "../support/loopback-answers.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";

const golden = goldenFiles("engine-prompts");
let server: LoopbackOpenAI;
let answer: (request: WireRequest) => string = offlineAnswer;
beforeAll(async () => {
  server = await startLoopbackOpenAI({ answer: (request) => answer(request) });
});
afterAll(() => server.close());

interface Case {
  readonly optimization: object;
  readonly prompts?: Readonly<Record<string, object>>;
  /** Rows of the dataset. */
  readonly rows: number;
  /** What the model that reflects and judges answers, if not what the offline model does. */
  readonly large?: (request: WireRequest, index: number) => string;
}

/** Runs an optimization; what it asked the model that reflects and judges, and the texts it proposed. */
async function searchOf({ optimization, prompts, rows, large }: Case) {
  let asked = 0;
  answer = (request) =>
    large !== undefined && request.model === "offline/large"
      ? large(request, asked++)
      : offlineAnswer(request);
  const project = createHttpProject({ baseUrl: server.baseUrl, rows, optimization });
  if (prompts !== undefined) Object.assign(project.config, { prompts });
  project.save();
  const before = server.requests.length;
  // One call at a time: requests are then in the order they were decided in.
  const { exitCode, stdout, stderr } = await project.run(["--json", "-j", "1"], {
    env: { OPENAI_API_KEY: "none" },
  });
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const bodies = server.requests.slice(before).map(({ body }) => body);
  const proposed = project
    .read("candidates.jsonl")
    .split("\n")
    .filter((line) => line.includes('"candidate-proposed"'))
    .map((line) => (JSON.parse(line) as { event: { by: string; texts: Record<string, string> } }).event);
  return { requests: bodies.filter(({ model }) => model === "offline/large"), proposed };
}

function shownRequest({ messages = [], ...fields }: WireRequest): string {
  const shown = messages.map(({ role, content }) => `--- ${role}\n${content}\n`);
  return `=== request ${JSON.stringify(fields)}\n${shown.join("")}`;
}

function shownProposal({
  by,
  texts,
}: {
  readonly by: string;
  readonly texts: Record<string, string>;
}): string {
  const shown = Object.entries(texts).map(([name, text]) => `--- ${name}\n${text}\n`);
  return `=== proposed by ${by}\n${shown.join("")}`;
}

const chat = {
  name: "sentiment",
  locked: ["{{text}}"],
  max_prompt_tokens: 120,
  default_template: [
    { role: "system", content: "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'." },
    { role: "user", content: "Text: {{text}}" },
  ],
};
const engine = (use: string, options: object = {}, others: object = {}): Case => ({
  optimization: { optimizer: { use, options }, num_candidates: 2, max_steps: 2, ...others },
  rows: 30,
});

/** A rewrite that changes no answer, another one each time. */
const useless = (_: WireRequest, index: number) =>
  `\`\`\`\`\nClassify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nThis is try ${index}.\nText: {{text}}\n\`\`\`\`\n`;

test.each<readonly [string, Case]>([
  ["gepa", engine("gepa", {}, { num_candidates: 3 })],
  ["gepa-rejected", { ...engine("gepa", { acceptance: "strict_sum", merge: "off" }), large: useless }],
  ["gepa-short", engine("gepa", {}, { objectives: { quality: 1, prompt_tokens: 0.5 } })],
  ["gepa-chat", { ...engine("gepa", { components: "all", memory: 2 }), prompts: { sentiment: chat } }],
  ["metaprompt", engine("metaprompt", { guidelines: ["Stay brief."] })],
  ["metaprompt-chat", { ...engine("metaprompt", { examples: 2 }), prompts: { sentiment: chat } }],
  ["few-shot", engine("few_shot", { max_demonstrations: 4 })],
  ["mipro", engine("mipro", { max_demonstrations: 2, trials: 4 })],
  ["race", engine("race", { engines: ["gepa", "few_shot", "mipro"] }, { max_steps: 1 })],
  ["refused-replies", { ...engine("gepa", {}, { max_steps: 1 }), large: () => "I would rather not." }],
])("%s sends the stored requests and makes the stored proposals", async (name, searched) => {
  const { requests, proposed } = await searchOf(searched);
  golden.expect(`${name}.txt`, [...requests.map(shownRequest), ...proposed.map(shownProposal)].join("\n"));
});

const judge = (use: string, options: object = {}): Case => ({
  optimization: {
    ...{ scorers: [{ use, options }], scorer_model: "large", reflection_model: "small" },
    ...{ optimizer: "few_shot", num_candidates: 1, max_steps: 1 },
  },
  rows: 20,
});
const noJson = (request: WireRequest, index: number) => (index === 0 ? "No JSON." : offlineAnswer(request));

test.each<readonly [string, Case]>([
  ["equivalence", judge("equivalence", { instructions: "Case does not count." })],
  ["equivalence-any-format", judge("equivalence", { same_format: false })],
  ["correctness", judge("correctness")],
  ["guidelines", judge("guidelines", { guidelines: ["The answer is one word.", "It is in lower case."] })],
  ["pairwise", judge("pairwise", { against: "expected" })],
  ["asked-again", { ...judge("equivalence"), large: noJson }],
])("a judge request for %s matches the stored one", async (name, judged) => {
  const { requests } = await searchOf(judged);
  // The rest differ in their row alone.
  golden.expect(`judge-${name}.txt`, requests.slice(0, 3).map(shownRequest).join("\n"));
});

test("no text is stored for a missing case", () => golden.expectNoOthers());
