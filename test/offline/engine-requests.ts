import type { Outcome } from "../../src/contracts/optimizer.ts";
import type { Example } from "../../src/core/data/example.ts";
import type { PromptTexts } from "../../src/core/prompt/candidate.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";
import { answerOffline } from "../../src/offline/answer-offline.ts";
import { optimizerServices } from "../support/optimizer-services.ts";
import { createSimulatedLab, type SimulatedLab } from "../support/simulated-lab.ts";
import { posts, seed } from "./posts.ts";

/** A prompt under optimization, and what it must keep. */
export interface SentimentPrompt {
  readonly texts: PromptTexts;
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly locked: readonly string[];
  readonly maxPromptTokens?: number;
}

export const onePrompt: SentimentPrompt = {
  texts: { sentiment_classifier: seed },
  variables: { sentiment_classifier: ["text"] },
  locked: [],
};

const choice = "Answer 'positive' or 'negative' or 'neutral'.";
const chatTexts = {
  "mood#0:system": `Classify the sentiment.\n${choice}\n`,
  "mood#1:user": "Text: {{text}}",
};
const chatVariables = { "mood#0:system": [], "mood#1:user": ["text"] };
export const chatPrompt: SentimentPrompt = {
  texts: chatTexts,
  variables: chatVariables,
  locked: [choice, "Classify the sentiment."],
  maxPromptTokens: 90,
};

const rows: readonly Example[] = posts.map(({ text, label }, at) => ({
  id: `post-${at}`,
  inputs: { text },
  expected: label,
  expectations: {},
  tags: {},
  origin: { file: "posts.jsonl", line: at + 1 },
}));

interface Search {
  readonly lab: SimulatedLab;
  readonly validation: readonly Example[];
}

/**
 * A search on real posts with small offline models; `seen` is the part of a request that the reflection model
 * sees.
 */
export async function searchOffline(
  engine: string,
  options: object,
  prompt: SentimentPrompt,
  seen: (message: ChatMessage) => ChatMessage = (message) => message,
): Promise<Search> {
  const [train, validation] = [rows.filter((_, at) => at % 5 < 2), rows.filter((_, at) => at % 5 === 2)];
  const lab = createSimulatedLab({
    seed: prompt.texts,
    rollout: ({ ...texts }, example) => rollout(texts, example),
    reflector: ({ messages }) => {
      const request = { model: "offline/large", messages: messages.map(seen), parameters: {} };
      return { text: answerOffline(request).text, isCutOff: false };
    },
    contract: (texts) => problemsOf(texts, prompt),
    calls: 4000,
  });
  const opened = await optimizerServices.openEngine(engine, options as never);
  const { locked, variables, maxPromptTokens } = prompt;
  await opened.optimize(
    {
      objective: "Sort posts by sentiment.",
      seed: lab.seed,
      train,
      validation,
      limits: { candidatesPerStep: 3, maxSteps: 12, patience: 6 },
      contract: { variables, locked, ...(maxPromptTokens === undefined ? {} : { maxPromptTokens }) },
    },
    lab,
  );
  return { lab, validation };
}

function rollout(texts: PromptTexts, example: Example): Omit<Outcome, "example"> {
  const text = String(example.inputs["text"]);
  const filled = Object.entries(texts).map(([name, template]) => ({
    role: name.endsWith(":system") ? "system" : "user",
    content: template.replaceAll("{{text}}", () => text),
  }));
  const output = answerOffline({ model: "offline/small", messages: filled, parameters: {} }).text;
  const value = output === example.expected ? 1 : 0;
  const feedback = `expected "${example.expected}", got "${output}"`;
  return { output, score: value === 1 ? { value } : { value, feedback } };
}

function problemsOf(texts: PromptTexts, { variables, locked }: SentimentPrompt): readonly string[] {
  const all = Object.values(texts).join("\n");
  return [
    ...Object.entries(variables).flatMap(([name, wanted]) =>
      wanted
        .filter((one) => texts[name]?.includes(`{{${one}}}`) !== true)
        .map((one) => `the text "${name}" lost the variable {{${one}}}`),
    ),
    ...locked.filter((span) => !all.includes(span)).map((span) => `the passage "${span}" is lost`),
  ];
}
