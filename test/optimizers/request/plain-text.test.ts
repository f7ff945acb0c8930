import { describe, expect, it } from "vitest";
import { plainText } from "../../../src/optimizers/request/plain-text.ts";

describe("the text of a reply without a fence", () => {
  it.each([
    [
      "without the line that announces it and dashes, as a model of 1.5 billion parameters writes them",
      "Certainly! Here's a revised instruction that meets your requirements:\n\n---\n\n**What is the sentiment of this text?**\n\n**Allowed Answers:**\n- negative\n- neutral\n- positive",
      "**What is the sentiment of this text?**\n\n**Allowed Answers:**\n- negative\n- neutral\n- positive",
    ],
    [
      "as it is, as a model of 1.5 billion parameters writes it",
      "The instruction should clearly state that the sentiment should be classified as 'positive', 'negative', or 'neutral'. No other answers should be written.",
      "The instruction should clearly state that the sentiment should be classified as 'positive', 'negative', or 'neutral'. No other answers should be written.",
    ],
    ["without its title", "### Revised Instructions:\n\nSay the mood.", "Say the mood."],
    ["without a title in bold", "**New instruction**\nSay the mood.", "Say the mood."],
    ["without a title on the first line of the text", "**Instruction:** Say the mood.", "Say the mood."],
    ["without a short announcement", "Here you go:\nSay the mood.", "Say the mood."],
    ["without dashes at its end", "Say the mood.\n\n---\n", "Say the mood."],
    ["with dashes inside", "Say the mood.\n---\nBe brief.", "Say the mood.\n---\nBe brief."],
    ["with a list that follows its title", "Instructions:\n- Say the mood.", "- Say the mood."],
    ["with a variable behind its title", "Instruction: {{text}} is a post.", "{{text}} is a post."],
    ["with quotes behind its title", 'Instruction: "yes" or "no"', '"yes" or "no"'],
  ])("is found %s", (_, reply, text) => {
    expect(plainText(reply)).toBe(text);
  });

  it.each([
    ["an apology", "I'm sorry, but I can't help you with that."],
    ["a question to the user", "Please provide the text you would like me to rate."],
    ["a question after a preamble", "Certainly! Please provide the new instruction."],
    ["a preamble without a colon", "Sure, I made it shorter.\n\nSay the mood."],
    ["a first line that may belong to the text", "The following labels are allowed:\n- positive\n- negative"],
    ["a comment at the end", "Say the mood.\n\nThis instruction is clearer."],
    ["an explanation at the end", "Say the mood.\n\n**Explanation:** it is shorter."],
    ["a fence", "Say the mood.\n```\nOr this."],
    ["a title and nothing else", "**Revised instruction:**\n\n---"],
    ["nothing", " \n"],
  ])("is not found for %s", (_, reply) => {
    expect(plainText(reply)).toBeUndefined();
  });
});
