import { describe, expect, it } from "vitest";
import { sentimentOf } from "../../../src/offline/task/sentiment.ts";
import { ask, exactMatchOn, posts, promptWith, seed } from "../posts.ts";

const format = "Reply with the label only, in lower case, nothing else.";
const neutral = "Use neutral for plain facts, questions and news without a clear opinion.";
const mixed = "If a text has both good and bad points, decide by the overall feeling.";
const negation = 'Mind negation: "not good" is negative.';
const filler = [
  "You are an expert with many years of experience.",
  "Take a deep breath and read the text carefully.",
  "This is very important to my career.",
];

describe("sentiment of real posts", () => {
  it("is correct on at most half of a balanced set with the seed prompt", () => {
    const score = exactMatchOn(seed);
    expect(score).toBeGreaterThan(0.2);
    expect(score).toBeLessThanOrEqual(0.5);
    expect(exactMatchOn(seed, "gpt-4o-mini")).toBe(score);
  });

  it("answers many posts in a sentence there", () => {
    const answers = posts.map(({ text }) => ask(seed, text));
    const sentences = answers.filter((answer) => /\.$/.test(answer));
    expect(sentences.length / answers.length).toBeGreaterThan(0.4);
    expect(answers).toContain("The sentiment of this text is positive.");
  });

  it("is correct on nine of ten once format, neutral and mixed rules are stated", () => {
    expect(exactMatchOn(promptWith(format, neutral, mixed))).toBeGreaterThanOrEqual(0.9);
    expect(exactMatchOn(promptWith(format, neutral, mixed, negation))).toBeGreaterThanOrEqual(0.9);
  });

  it.each([
    ["Only output one word: the label. No explanation."],
    ["Your whole answer is a single lower-case word."],
    ["Do not write a sentence; answer with just the label."],
  ])("understands the format in any wording: %s", (words) => {
    expect(exactMatchOn(promptWith(words, neutral, mixed))).toBe(
      exactMatchOn(promptWith(format, neutral, mixed)),
    );
  });

  it.each([
    ["Label a post neutral if it only states facts."],
    ["- neutral: no opinion at all, or an objective statement"],
    ["Posts without any emotion are 'neutral'."],
  ])("understands the meaning of neutral in any wording: %s", (words) => {
    expect(exactMatchOn(promptWith(format, words, mixed))).toBe(
      exactMatchOn(promptWith(format, neutral, mixed)),
    );
  });

  it.each([
    ["format", format],
    ["neutral", neutral],
    ["mixed", mixed],
    ["negation", negation],
  ])("improves with the %s rule alone, and loses without it in the full prompt", (_name, statement) => {
    const all = [format, neutral, mixed, negation];
    const others = all.filter((one) => one !== statement);
    expect(exactMatchOn(promptWith(statement))).toBeGreaterThan(exactMatchOn(seed));
    expect(exactMatchOn(promptWith(...others))).toBeLessThan(exactMatchOn(promptWith(...all)));
  });

  it("changes no answer for filler", () => {
    const padded = promptWith(...filler);
    for (const { text } of posts) expect(ask(padded, text)).toBe(ask(seed, text));
  });

  it("needs few instructions as offline/large", () => {
    const score = exactMatchOn(seed, "offline/large");
    expect(score).toBeGreaterThan(0.7);
    expect(score).toBeLessThan(0.85);
    expect(exactMatchOn(promptWith(format, neutral, mixed), "offline/large")).toBeGreaterThanOrEqual(0.9);
  });

  it("obeys the prompt also where that is unusual", () => {
    expect(
      ask(promptWith("If a text is mixed, answer neutral.", format), "Great food but awful service"),
    ).toBe("neutral");
    expect(
      ask(promptWith(format, "For mixed texts the last clause decides."), "Great food but awful service"),
    ).toBe("negative");
    expect(
      ask("Is this good or bad? Answer with one word: 'good' or 'bad'.\nText: {{text}}", "What a lovely day"),
    ).toBe("good");
    expect(
      ask("Sentiment as POSITIVE, NEGATIVE or NEUTRAL. One word only.\nReview: {{text}}", "I hate it"),
    ).toBe("NEGATIVE");
    expect(ask(promptWith("Answer in a full sentence."), "I hate it")).toBe(
      "The sentiment of this text is negative.",
    );
  });

  it("uses the label named for doubtful cases", () => {
    const rules = { neutral: false, negation: false, courtesy: false };
    const labels = ["positive", "negative"];
    expect(sentimentOf("It is a table.", { ...rules, doubt: "negative" }, "small", labels)).toBe("negative");
    expect(sentimentOf("It is a table.", rules, "small", labels)).toBe("positive");
  });
});
