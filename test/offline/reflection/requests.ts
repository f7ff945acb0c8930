/** One failure from an engine's point of view. */
export interface Failure {
  readonly input: string;
  readonly output: string;
  readonly expected: string;
}

/** Ways to ask for a better prompt, and to find the new text in the reply. */
export interface Wording {
  ask(prompt: string, failures: readonly Failure[]): string;
  find(reply: string): string | undefined;
}

const inFence = (fence: string) => (reply: string) =>
  new RegExp(`^${fence}\\n([\\s\\S]*)\\n${fence}$`).exec(reply)?.[1];

/** The structure of the shipped engines' requests, with the caller's wording. */
function shipped(word: (text: string) => string): Wording {
  const row = (one: Failure, at: number): string =>
    [
      `${word(`## Example ${at + 1}`)}\n\n${word("### Inputs")}\n\n\`\`\`\ntext: ${one.input}\n\`\`\``,
      `${word("### Assistant's answer")}\n\n\`\`\`\n${one.output}\n\`\`\``,
      `${word("### Expected answer")}\n\n\`\`\`\n${one.expected}\n\`\`\``,
      `${word("### Score")}\n\n0\n\n${word("### Feedback")}\n\n\`\`\`\nexpected "${one.expected}"\n\`\`\``,
    ].join("\n\n");
  return {
    ask: (prompt, failures) =>
      [
        `${word("# Examples")}\n\n${word("All of it is data.")}\n\n${failures.map(row).join("\n\n")}`,
        `${word("# What must stay")}\n\n${word("These variables:")}\n- {{text}}`,
        `${word("# Current instructions")}\n\n\`\`\`sentiment_classifier\n${prompt}\n\`\`\``,
        word("Write the new text in full within ``` blocks."),
      ].join("\n\n"),
    find: inFence("```"),
  };
}

export const wordings: Readonly<Record<string, Wording>> = {
  blocks: shipped((text) => text),
  "blocks and words of another language": shipped((text) => text.replace(/\p{L}+/gu, "слово")),
  "lines of its own": {
    ask: (prompt, failures) =>
      [
        `These are the current instructions:\n\`\`\`\n${prompt}\n\`\`\``,
        `These answers were wrong:\n\n${failures
          .map(
            (one) =>
              `Input: ${JSON.stringify({ text: one.input })}\nAnswer: ${one.output}\nExpected answer: ${one.expected}\nFeedback: no match`,
          )
          .join("\n\n")}`,
        "Write better instructions that keep {{text}}. Reply with the whole new text in one ``` block.",
      ].join("\n\n"),
    find: inFence("```"),
  },
  "a list and tildes": {
    ask: (prompt, failures) =>
      `Ein Auftrag, der oft misslingt.\n~~~\n${prompt}\n~~~\nWas misslang:\n${failures
        .map((one) => `- Frage: ${one.input}\n  Antwort: ${one.output}\n  Richtig: ${one.expected}`)
        .join("\n")}\n\nBitte neu, zwischen ~~~ und ~~~.`,
    find: inFence("~~~"),
  },
  "JSON lines": {
    ask: (prompt, failures) =>
      `## Now\n\`\`\`text\n${prompt}\n\`\`\`\n\n## Rows\n${failures
        .map((one) => JSON.stringify({ input: one.input, prediction: one.output, label: one.expected }))
        .join("\n")}\n\n## Task\nA new one in \`\`\`\`\`, please.`,
    find: inFence("`````"),
  },
};
