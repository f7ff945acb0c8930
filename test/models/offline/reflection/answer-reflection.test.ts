import { describe, expect, it } from "vitest";
import { answerOffline } from "../../../../src/models/offline/answer-offline.ts";
import { readReflection } from "../../../../src/models/offline/reflection/read-reflection.ts";
import { readInstruction } from "../../../../src/models/offline/task/read-instruction.ts";
import { ask, exactMatchOn, posts, seed, told } from "../posts.ts";
import { type Failure, wordings } from "./requests.ts";

function reply(content: string, model = "offline/large"): string {
  return answerOffline({ model, messages: [{ role: "user", content }], parameters: {} }).text;
}

/** Up to five failures of a prompt; another draw for another number. */
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

/** A small search: four proposals a step, the best one kept. */
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
    const reading = readReflection({
      model: "offline/large",
      messages: [{ role: "user", content: wording.ask(seed, failures) }],
      parameters: {},
    });
    expect(reading?.kind).toBe("improve");
    expect(reading?.texts.map(({ text }) => text.trim())).toEqual([seed.trim()]);
    expect(reading?.records.map(({ expected }) => expected)).toEqual(
      failures.map(({ expected }) => expected),
    );
    expect(reading?.records.map(({ output }) => output)).toEqual(failures.map(({ output }) => output));
  });

  it("is answered in the form asked for, learning at most two statements at a time", () => {
    const found = wording.find(reply(wording.ask(seed, failuresOf(seed, 1))));
    expect(found).toBeDefined();
    const added = (found ?? "").trim().split("\n").length - seed.trim().split("\n").length;
    expect(added).toBeGreaterThanOrEqual(0);
    expect(added).toBeLessThanOrEqual(3);
  });

  it("lets a search find a prompt that is right on nine of ten", () => {
    expect(exactMatchOn(search(name, "offline/large", 6))).toBeGreaterThanOrEqual(0.9);
  });
});

describe("a reflection", () => {
  const wording = wordings["the classic reflection"] as (typeof wordings)[string];
  const many = Array.from({ length: 150 }, (_, draw) => {
    const failures = failuresOf(seed, draw).slice(draw % 2);
    return wording.ask(told(`Draw ${draw} of the rules holds.`), failures);
  });

  it("is the same for the same request", () => {
    for (const content of many.slice(0, 20)) expect(reply(content)).toBe(reply(content));
  });

  it("is imperfect: it slips now and then, and offline/large learns more than offline/small", () => {
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

  it("never touches what must stay, and takes care when it is told what it broke", () => {
    for (const content of many) {
      const locked = `These passages must stay, word for word:\n\n\`\`\`\nAnswer 'positive' or 'negative' or 'neutral'.\n\`\`\``;
      expect(reply(`${content}\n\n${locked}`)).toContain("Answer 'positive' or 'negative' or 'neutral'.");
      expect(reply(`${content}\n\nYour last text cannot be used: {{text}} is missing.`)).toContain(
        "{{text}}",
      );
    }
  });

  it("stays under a cap on tokens", () => {
    for (const content of many.slice(0, 30)) {
      const capped = reply(`${content}\n\nAll texts together take at most about 40 tokens.`);
      expect(capped.length).toBeLessThan(40 * 4 + 20);
    }
  });

  it("rewrites the one of several texts that is asked for", () => {
    const content = [
      "# Current instructions",
      "```support#0:system\nClassify the mood as good or bad.\n```",
      "# Other texts of the same prompt\n\nThey stay as they are.",
      "```support#1:user\nText: {{text}}\n```",
      "# Examples\n\n## Example 1\n\n### Inputs\n\n```\ntext: I love it\n```\n\n### Assistant's answer\n\n```\nThe sentiment of this text is good.\n```\n\n### Expected answer\n\n```\ngood\n```",
      "Write the complete new text in one fenced block of 4 backticks.",
    ].join("\n\n");
    expect(reply(content)).toMatch(/^````\nClassify the mood as good or bad\.\n[\s\S]*\n````$/);
  });

  it("closes its fence with what the text cannot close", () => {
    const prompt = "Classify as 'a' or 'b'.\n```\n{{text}}\n```";
    const text = reply(`Improve this prompt:\n~~~~\n${prompt}\n~~~~\nReply in a fence of three backticks.`);
    expect(text).toMatch(/^````\nClassify/);
  });

  it("says how to answer when there is no data to learn from", () => {
    const asked =
      "Rewrite the following prompt by the best practices of prompt writing.\n\n```\nSort into 'spam' or 'ham'.\n{{mail}}\n```\n\nReply with the new prompt in a ``` fence.";
    const text = reply(asked);
    expect(text).toContain("Sort into 'spam' or 'ham'.");
    expect(text).toContain("{{mail}}");
    expect(readInstruction(text).format.isBare).toBe(true);
  });

  it("learns fields of an extraction from differences", () => {
    const prompt = 'Return JSON:\n- "urgency" as one of `high`, `medium`, `low`';
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

describe("a merge", () => {
  const one = told("Reply with the label only, in lower case.", "You are an expert.");
  const other = told("Use neutral for plain facts without an opinion.", "Mind negation.");

  it("holds what either version states, and no filler of the second", () => {
    const merged = reply(
      `Here are two versions of the same instructions. Combine them into one prompt.\n\nVersion 1:\n\`\`\`\n${other}\`\`\`\n\nVersion 2:\n\`\`\`\n${one}\`\`\`\n\nReply in a \`\`\` fence.`,
    );
    const prompt = /^```\n([\s\S]*)\n```$/.exec(merged)?.[1] ?? "";
    expect(exactMatchOn(prompt)).toBe(
      exactMatchOn(
        told(
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

describe("a task that speaks of prompts", () => {
  it("is no reflection", () => {
    const letter =
      "Subject: Help\n\nThank you for your prompt attention. Please provide better instructions for my boiler.";
    const prompt = 'Return JSON only:\n- "urgency" as one of `high`, `low`';
    const messages = [
      { role: "system", content: prompt },
      { role: "user", content: letter },
    ];
    expect(readReflection({ model: "offline/small", messages, parameters: {} })).toBeUndefined();
  });
});
