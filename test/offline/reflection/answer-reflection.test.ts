import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { answerOffline } from "../../../src/offline/answer-offline.ts";
import { readReflectionRequest } from "../../../src/offline/reflection/answer-reflection.ts";
import { readInstruction } from "../../../src/offline/task/read-instruction.ts";
import { renderRecords } from "../../../src/optimizers/request/records.ts";
import { shortRequest } from "../../../src/optimizers/request/short-request.ts";
import { ask, exactMatchOn, posts, promptWith, seed } from "../posts.ts";
import { type Failure, wordings } from "./requests.ts";

function reply(content: string, model = "offline/large"): string {
  return answerOffline({ model, messages: [{ role: "user", content }], parameters: {} }).text;
}

/** Up to five failures of a prompt; another number draws others. */
function failuresOf(prompt: string, draw: number): Failure[] {
  return posts
    .filter((_, at) => (at * 7919 + draw * 101) % 11 === 0)
    .map(({ text, label }) => ({ input: text, output: ask(prompt, text), expected: label }))
    .filter((one) => one.output !== one.expected)
    .slice(0, 5);
}

function keepsContract(text: string | undefined): text is string {
  return text?.includes("{{text}}") === true;
}

/** A small search: four proposals per step, the best one is kept. */
function search(name: string, model: string, steps: number): string {
  const wording = wordings[name];
  let best = { prompt: seed, score: exactMatchOn(seed) };
  for (let step = 0; step < steps; step++) {
    const from = best.prompt;
    for (let draw = 0; draw < 4; draw++) {
      const failures = failuresOf(from, step * 4 + draw);
      const found = wording?.find(reply(wording.ask(from, failures), model));
      if (!keepsContract(found)) continue;
      const score = exactMatchOn(found);
      if (score > best.score) best = { prompt: found, score };
    }
  }
  return best.prompt;
}

describe.each(Object.keys(wordings))("a reflection asked for by %s", (name) => {
  const wording = wordings[name] as (typeof wordings)[string];

  it("is read: the prompt and every failure", () => {
    const failures = failuresOf(seed, 1);
    const reading = readReflectionRequest({
      model: "offline/large",
      messages: [{ role: "user", content: wording.ask(seed, failures) }],
      parameters: {},
    });
    expect(reading?.versions).toEqual([]);
    expect(reading?.current.trim()).toBe(seed.trim());
    expect(reading?.records.map(({ expected }) => expected)).toEqual(
      failures.map(({ expected }) => expected),
    );
    expect(reading?.records.map(({ output }) => output)).toEqual(failures.map(({ output }) => output));
  });

  it("is answered in the requested form, learning at most two statements at a time", () => {
    const found = wording.find(reply(wording.ask(seed, failuresOf(seed, 1))));
    expect(found).toBeDefined();
    const added = (found ?? "").trim().split("\n").length - seed.trim().split("\n").length;
    expect(added).toBeGreaterThanOrEqual(0);
    expect(added).toBeLessThanOrEqual(3);
  });

  it("allows a search to reach a prompt that is correct on nine of ten rows", () => {
    expect(exactMatchOn(search(name, "offline/large", 6))).toBeGreaterThanOrEqual(0.9);
  });
});

describe("a reflection", () => {
  const wording = wordings["lines of its own"] as (typeof wordings)[string];
  const many = Array.from({ length: 150 }, (_, draw) => {
    const failures = failuresOf(seed, draw).slice(draw % 2);
    return wording.ask(promptWith(`Draw ${draw} of the rules holds.`), failures);
  });

  it("is about the last text asked for, when an earlier turn shows a rewrite of another one", () => {
    const failures = failuresOf(seed, 1);
    const outcomes = failures.map(
      ({ input, output, expected }, at): Outcome => ({
        example: {
          ...{ id: `${at}`, inputs: { text: input }, expected, expectations: {}, tags: {} },
          origin: { file: "posts.jsonl", line: at + 1 },
        },
        output,
        score: { value: 0 },
      }),
    );
    const { short } = shortRequest({
      task: { contract: { variables: { mood: ["text"] }, locked: [] }, train: [] },
      ...{ name: "mood", text: seed, scope: "whole", failures: outcomes },
    });
    const messages = short?.messages ?? [];
    expect(messages).toHaveLength(3);
    const reading = readReflectionRequest({ model: "offline/large", messages, parameters: {} });
    expect(reading?.current.trim()).toBe(seed.trim());
    expect(reading?.records.map(({ expected }) => expected)).toEqual(
      failures.map(({ expected }) => expected),
    );
  });

  it("is the same for the same request", () => {
    for (const content of many.slice(0, 20)) expect(reply(content)).toBe(reply(content));
  });

  it("is imperfect: it makes occasional mistakes, and offline/large learns more than offline/small", () => {
    const textsOf = (model: string): string[] =>
      many.map((content) => wording.find(reply(content, model)) ?? "");
    const learnt = (texts: readonly string[]): number =>
      texts.filter((text) => readInstruction(text).format.isBare).length;
    const [small, large] = [textsOf("offline/small"), textsOf("offline/large")];
    expect(learnt(large)).toBeGreaterThan(learnt(small));
    for (const texts of [small, large]) {
      const lost = texts.filter((text) => !text.includes("{{text}}")).length / texts.length;
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThan(0.15);
    }
    expect(large.some((text) => !text.includes("of the rules holds"))).toBe(true);
  });

  it("never changes what must stay, and is careful after a rejected reply", () => {
    const passage = "Answer 'positive' or 'negative' or 'neutral'.";
    for (const content of many) {
      expect(reply(`${content}\n\nThis stays:\n\n\`\`\`\n${passage}\n\`\`\``)).toContain(passage);
      const messages = [
        { role: "user", content },
        { role: "assistant", content: "no" },
        { role: "user", content: "Once more." },
      ];
      const again = answerOffline({ model: "offline/large", messages, parameters: {} }).text;
      expect(again).toContain("{{text}}");
    }
  });

  it("stays under a limit of tokens, the only suitable number after the rows", () => {
    const form = wordings["blocks"] as (typeof wordings)[string];
    for (let draw = 0; draw < 30; draw++) {
      const asked = form.ask(seed, failuresOf(seed, draw));
      const capped = asked.replace("\n- {{text}}", "\n- {{text}}\n\nAt most about 40 words of the machine.");
      const found = form.find(reply(capped)) ?? "";
      expect(found.length).toBeLessThan(40 * 4 + 4);
      expect(form.find(reply(asked))?.length).toBeGreaterThan(0);
    }
    const lengths = Array.from(
      { length: 30 },
      (_, draw) => (form.find(reply(form.ask(seed, failuresOf(seed, draw)))) ?? "").length,
    );
    expect(Math.max(...lengths)).toBeGreaterThan(40 * 4 + 4);
  });

  it("uses a fence that the text cannot close", () => {
    const prompt = "Classify as 'a' or 'b'.\n```\n{{text}}\n```";
    const text = reply(`Improve this prompt:\n~~~~\n${prompt}\n~~~~\nReply between \`\`\` lines.`);
    expect(text).toMatch(/^````\nClassify/);
  });

  it("teaches how to answer when there is no data to learn from", () => {
    const asked =
      "Rewrite the following prompt by the best practices of prompt writing.\n\n```\nSort into 'spam' or 'ham'.\n{{mail}}\n```\n\nReply with the new prompt in a ``` fence.";
    const text = reply(asked);
    expect(text).toContain("Sort into 'spam' or 'ham'.");
    expect(text).toContain("{{mail}}");
    expect(readInstruction(text).format.isBare).toBe(true);
  });

  it("learns fields of an extraction from differences", () => {
    const prompt = 'Return JSON:\n- "urgency" as one of `high`, `medium`, `low`\n\n{{text}}';
    const failure = (word: string, expected: string) =>
      `Input: Please ${word} the door\nOutput: {"urgency": "medium"}\nExpected: {"urgency": "${expected}"}\nFeedback: urgency: expected "${expected}", got "medium"\n`;
    const texts = Array.from({ length: 20 }, (_, at) =>
      reply(
        `Current prompt:\n\`\`\`\n${prompt}\n\`\`\`\nFailures:\n\n${failure("evacuate", "high")}\n${failure("repaint", "low")}\nTry ${at}: write a better prompt in a \`\`\` fence.`,
      ),
    );
    expect(texts.some((text) => text.includes('"urgency" is "high" when the text mentions: evacuate'))).toBe(
      true,
    );
    expect(texts.some((text) => text.includes('"urgency" is "low" when the text mentions: repaint'))).toBe(
      true,
    );
  });

  it("learns what labels mean, and adds to what it learnt", () => {
    const prompt = "Pick one label, the label only:\n- lost_card\n- top_up: money\n\nQuery: {{query}}";
    const content = (at: number) =>
      `Current prompt:\n\`\`\`\n${prompt}\n\`\`\`\nWrong answers:\n\nInput: my wallet got stolen\nAnswer: top_up\nExpected: lost_card\n\nInput: deposit refused\nAnswer: lost_card\nExpected: top_up\n\nRound ${at}: write a better prompt in a \`\`\` fence.`;
    const texts = Array.from({ length: 20 }, (_, at) => reply(content(at)));
    expect(texts.some((text) => text.includes("- lost_card: wallet, stolen"))).toBe(true);
    expect(texts.some((text) => text.includes("- top_up: money, deposit, refused"))).toBe(true);
  });
});

describe("the fields of a row", () => {
  const row = {
    id: "1",
    inputs: { text: "I love it" },
    expectations: {},
    tags: {},
    origin: { file: "rows" },
  };
  const read = (outcome: Partial<Outcome>, example: Partial<Example> = {}) => {
    const shown = renderRecords([{ example: { ...row, ...example }, output: "b", ...outcome }], 500);
    const content = [
      `# Rows\n\nData.\n\n${shown}`,
      "# Keep\n\nThese:\n- {{text}}",
      "# Text\n\n```classifier\nAnswer 'a' or 'b'.\n{{text}}\n```",
      "Reply within ``` blocks.",
    ].join("\n\n");
    return readReflectionRequest({ model: "", messages: [{ role: "user", content }], parameters: {} })
      ?.records;
  };
  const toolCalls = [{ id: "1", name: "find", arguments: '{"q": "love"}' }];
  const blank = { input: "I love it", output: "b", expected: "", feedback: "", score: "0.5" };
  const score = { value: 0.5, feedback: "no" };

  it.each([
    ["an expected answer", { score }, { expected: "a" }, { expected: "a", feedback: "no" }],
    ["no feedback", { score: { value: 0.5 } }, { expected: "a" }, { expected: "a" }],
    ["tool calls", { score, toolCalls }, { expected: "a" }, { expected: "a", feedback: "no" }],
    ["tool calls alone", { score, toolCalls }, {}, { feedback: "no" }],
    ["steps", { score, trace: [{ step: 1 }] }, { expected: "a" }, { expected: "a", feedback: "no" }],
    ["steps alone", { score, trace: [{ step: 1 }] }, {}, { feedback: "no" }],
    ["facts", { score }, { expected: "a", expectedFacts: ["x", "y"] }, { expected: "a", feedback: "no" }],
    ["facts alone", { score }, { expectedFacts: ["x", "y"] }, { feedback: "no" }],
  ])("are distinguished by their order and form: %s", (_, outcome, example, fields) => {
    expect(read(outcome, example)).toEqual([{ ...blank, ...fields }]);
  });
});

describe("a request to rewrite that cannot be read", () => {
  const closing = "Reply within ``` blocks.";
  const template = "```classifier\nAnswer 'a' or 'b'.\n{{text}}\n```";

  it.each([
    [
      "a text without the variables to keep",
      `Keep:\n- {{question}}\n\n${template}\n\n${closing}`,
      "does not have the variables {{question}}",
    ],
    [
      "fields without a line between them",
      `# Row\n\n# Input\n\`\`\`\nI love it\n\`\`\`\n\`\`\`\nb\n\`\`\`\n\nNow:\n\n${template}\n\n${closing}`,
      'the fenced block "I love it" is neither a field of a row nor a text of the prompt',
    ],
    ["no fence for the reply", `Improve this, please:\n\n${template}`, "names no fence for the reply"],
    [
      "all rows in one block",
      `${template}\n\nRows:\n\n\`\`\`\n# Row 1\nI love it\n\`\`\`\n\nReply in \`\`\`.`,
      'the fenced block "# Row 1\\nI love it" is neither',
    ],
    [
      "rows that lack the expected answer",
      `${template}\n\nInput: I love it\nAnswer: b\n\nReply in \`\`\`.`,
      "need an input, an answer and an expected answer",
    ],
  ])("is a ModelError that names what is missing: %s", (_, content, missing) => {
    expect(() => reply(content)).toThrow(missing);
    expect(() => reply(content)).toThrow(expect.objectContaining({ kind: "bad_request", status: 400 }));
  });
});

describe("a merge", () => {
  const one = promptWith("Reply with the label only, in lower case.", "You are an expert.");
  const other = promptWith("Use neutral for plain facts without an opinion.", "Mind negation.");

  it("contains the statements of both versions, and no filler of the second", () => {
    const merged = reply(
      `Here are two versions of the same instructions. Combine them into one prompt.\n\nVersion 1:\n\`\`\`\n${other}\`\`\`\n\nVersion 2:\n\`\`\`\n${one}\`\`\`\n\nReply in a \`\`\` fence.`,
    );
    const prompt = /^```\n([\s\S]*)\n```$/.exec(merged)?.[1] ?? "";
    expect(exactMatchOn(prompt)).toBe(
      exactMatchOn(
        promptWith(
          "Reply with the label only, in lower case.",
          "Use neutral for plain facts without an opinion.",
          "Mind negation.",
        ),
      ),
    );
    expect(prompt).not.toContain("You are an expert.");
    expect(prompt.match(/\{\{text\}\}/g)).toHaveLength(1);
  });
});

describe("a task about prompts", () => {
  it("is not a reflection", () => {
    const letter =
      "Subject: Help\n\nThank you for your prompt attention. Please provide better instructions for my boiler.";
    const prompt = 'Return JSON only:\n- "urgency" as one of `high`, `low`';
    const messages = [
      { role: "system", content: prompt },
      { role: "user", content: letter },
    ];
    expect(readReflectionRequest({ model: "offline/small", messages, parameters: {} })).toBeUndefined();
  });
});
