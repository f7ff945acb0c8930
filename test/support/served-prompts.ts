import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetConfig, PromptConfig } from "../../src/config/config.ts";
import type { VersionOrigin, VersionScore } from "../../src/contracts/registry.ts";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { type ServerWorld, startServer, type WorldOptions } from "./server-world.ts";

/** What a hostile prompt, row or note may hold; nothing of it may run or be read as markup. */
const hostileText = `</textarea><script>alert(1)</script><img src=x onerror=alert(1)> " onclick=alert(1) {{text}}`;

export const classifier = "main/default/sentiment_classifier";
export const hostilePrompt = "main/other/hostile";

const first = "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.";
const labels =
  "Answer with exactly one of the labels and nothing else, in lower case, no sentence, no explanation.";
const neutral = "'neutral' means that the text states no clear feeling: facts, plans, links, questions.";
const rules = [
  "Use 'neutral' for plain facts, questions, news and everyday statements without a clear opinion.",
  'Mind negation: "not good" is negative, "not bad" is not.',
  "For mixed feelings decide by the overall impression, not by the first strong word.",
];
const textOf = (...lines: readonly string[]) => [...lines, "Text: {{text}}"].join("\n");
/** Variable and locked passage, for edits that keep them. */
export const keptText = textOf(first, "Be brief.");

function origin(
  engine: string,
  optimized: number,
  difference: number,
  interval: VersionScore["interval"],
  gate: NonNullable<VersionOrigin["gate"]> = "improved",
): VersionOrigin {
  const test = { base: 0.311, optimized, difference, interval, confidence: 0.95, rows: 90 };
  const models = { target: "offline/small", reflection: "offline/large" };
  return {
    parent: 1,
    run: "2026-11-29T130002-4c1f",
    engine,
    dataDigest: "3f2a91bc".repeat(8),
    models,
    scores: { test },
    gate,
  };
}

export interface PromptSamples extends ServerWorld {
  readonly registry: ReturnType<typeof createMemoryRegistry>;
  readonly datasets: ReturnType<typeof openDatasetStore>;
  close(): Promise<void>;
}

/** A registry with a measured prompt, a chat prompt in Jinja and a hostile one; collected datasets, and one of a config. */
export async function servePromptSamples(options: WorldOptions = {}): Promise<PromptSamples> {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-prompts-"));
  const datasets = openDatasetStore({ folder });
  const registry = createMemoryRegistry({ by: "dao-opt 0.2.0" });
  const model = { model: "offline/small" };
  const draft = { path: classifier, model, templateLanguage: "default" as const };
  await registry.upsert({ ...draft, template: textOf(first), versionDescription: "from config.yaml" });
  await registry.upsert({
    ...draft,
    template: textOf(first, neutral, labels, ...rules),
    origin: origin("gepa", 0.744, 0.433, [0.307, 0.546]),
  });
  await registry.upsert({
    ...draft,
    template: textOf(first, neutral, labels),
    origin: origin("metaprompt", 0.678, 0.367, [0.232, 0.481]),
  });
  await registry.upsert({
    ...draft,
    template: textOf(first, labels, "Text: “Great!” → positive", "Text: “It rains.” → neutral"),
    versionName: "with-examples",
    origin: origin("mipro", 0.322, 0.011, [-0.09, 0.11], "no_proven_improvement"),
  });
  await registry.deploy(`${classifier}@2`, "production", { note: "+0.433 on 90 held-out rows" });
  await registry.deploy(`${classifier}@3`, "staging", { note: "cheaper, try for a week" });
  await registry.describePrompt(classifier, {
    description: "Labels reviews by their sentiment",
    tags: { team: "reviews", language: "en" },
  });
  await registry.upsert({
    path: "main/support/answer",
    model: { model: "gpt-4o-mini", temperature: 0.2 },
    templateLanguage: "jinja",
    template: [
      {
        role: "system",
        content: "You answer tickets of {{ product }}.{% if tone %} Be {{ tone }}.{% endif %}",
      },
      { role: "user", content: "{% for line in lines %}- {{ line }}\n{% endfor %}" },
    ],
  });
  await registry.upsert({
    path: hostilePrompt,
    model,
    templateLanguage: "default",
    template: `${hostileText}\n\u202e}}txet{{ drowkcab\u202c ${"w".repeat(20_000)}`,
    versionName: "<b>bold</b>",
    versionDescription: hostileText,
  });
  await registry.describePrompt(hostilePrompt, { description: hostileText, tags: { "<i>": hostileText } });
  await datasets.merge("reviews", rows());
  await datasets.merge("hostile", [
    {
      inputs: { text: hostileText, "<b>": "\u202e" },
      outputs: hostileText,
      expectations: { expected_response: hostileText },
      tags: { "<i>": hostileText },
    },
    { inputs: { text: "w".repeat(20_000) } },
  ]);
  const project = { prompts: { classifier: lockedPrompt }, datasets: { inline_rows: inlineRows } };
  const world = await startServer({
    ...options,
    services: { registry, datasets, project, ...options.services },
  });
  return {
    ...world,
    registry,
    datasets,
    async close() {
      await world.server.close(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const lockedPrompt: PromptConfig = {
  key: "classifier",
  path: classifier,
  templateLanguage: "default",
  locked: ["Answer 'positive' or 'negative' or 'neutral'."],
  tags: {},
};

const inlineRows: DatasetConfig = {
  key: "inline_rows",
  split: { seed: 0, isGiven: false },
  spec: {
    name: "inline_rows",
    onBadRow: "fail",
    expected: "label",
    source: {
      kind: "inline",
      file: "config.yaml",
      rows: [
        { text: "Fine.", label: "positive" },
        { text: "Bad.", label: "negative" },
      ],
    },
  },
};

function rows() {
  const texts: readonly (readonly [text: string, answer: string])[] = [
    ["The battery died after two days.", "negative"],
    ["Delivery was quick, and the box was intact.", "positive"],
    ["It arrives on Tuesday.", "neutral"],
    ["Not bad at all, I would buy it again.", "positive"],
    ["The manual is in German only.", "neutral"],
  ];
  return Array.from({ length: 60 }, (_, at) => {
    const [text = "", answer = ""] = texts[at % texts.length] ?? [];
    const inputs = {
      text: at < texts.length ? text : `${text} Order ${at}, and the shop was number ${at * 7}.`,
    };
    return {
      inputs: at === 7 ? { text: "The battery died after two days!" } : inputs,
      outputs: at % 4 === 0 ? "neutral" : answer,
      ...(at % 3 === 0 ? {} : { expectations: { expected_response: answer } }),
      tags: { split: at < 40 ? "train" : "test", ...(at % 5 === 0 ? { rating: 0.5 } : {}) },
      source: { type: "trace", traceId: `t${at}` },
    };
  });
}
