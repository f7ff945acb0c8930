/** One failure as an engine knows it. */
export interface Failure {
  readonly input: string;
  readonly output: string;
  readonly expected: string;
}

/** Ways to ask for a better prompt, and how the new text is found in the reply. */
export interface Wording {
  ask(prompt: string, failures: readonly Failure[]): string;
  find(reply: string): string | undefined;
}

const inFence = (fence: string) => (reply: string) =>
  new RegExp(`^${fence}\\n([\\s\\S]*)\\n${fence}$`).exec(reply)?.[1];

export const wordings: Readonly<Record<string, Wording>> = {
  "the classic reflection": {
    ask: (prompt, failures) =>
      [
        "I provided an assistant with the following instructions to perform a task for me:",
        `\`\`\`\n${prompt}\n\`\`\``,
        "The following are examples of different task inputs provided to the assistant along with the assistant's response for each of them, and some feedback on how the assistant's response could be better:",
        `\`\`\`\n${failures
          .map(
            (one, at) =>
              `# Example ${at + 1}\n## Inputs\n### text\n${one.input}\n\n## Generated Outputs\n${one.output}\n\n## Feedback\nThe expected answer is "${one.expected}", but the assistant answered "${one.output}".\n`,
          )
          .join("\n")}\n\`\`\``,
        "Your task is to write a new instruction for the assistant.\n\nProvide the new instructions within ``` blocks.",
      ].join("\n\n"),
    find: inFence("```"),
  },
  "a plain request with tildes": {
    ask: (prompt, failures) =>
      `Here is a prompt that underperforms.\n~~~\n${prompt}\n~~~\nCases it got wrong:\n${failures
        .map((one) => `- Input: ${one.input}\n  Got: ${one.output}\n  Should be: ${one.expected}`)
        .join("\n")}\nRewrite it, reply with the prompt only in a block fenced by ~~~ lines.`,
    find: inFence("~~~"),
  },
  tags: {
    ask: (prompt, failures) =>
      `<prompt>\n${prompt}\n</prompt>\n<failures>\n${failures
        .map(
          (one) =>
            `<case>\n<input>${one.input}</input>\n<model_output>${one.output}</model_output>\n<correct>${one.expected}</correct>\n</case>`,
        )
        .join(
          "\n",
        )}\n</failures>\nImprove the prompt so that these come out right. Put the new prompt inside <new_prompt> tags.`,
    find: (reply) => /^<new_prompt>\n([\s\S]*)\n<\/new_prompt>$/.exec(reply)?.[1],
  },
  "headings and JSON lines": {
    ask: (prompt, failures) =>
      `## Current prompt\n${prompt}\n\n## Mistakes\n${failures
        .map((one) => JSON.stringify({ input: one.input, prediction: one.output, label: one.expected }))
        .join("\n")}\n\n## Task\nPropose an improved prompt in a fence of five backticks.`,
    find: inFence("`````"),
  },
  "prose with quotes": {
    ask: (prompt, failures) =>
      `This instruction does poorly:\n\`\`\`text\n${prompt}\n\`\`\`\n${failures
        .map(
          (one) =>
            `For "${one.input.replaceAll('"', "'")}" the model said "${one.output}"; it should have said "${one.expected}".`,
        )
        .join("\n")}\nPlease come up with a better instruction, in triple backticks.`,
    find: inFence("```"),
  },
  "a reply as JSON": {
    ask: (prompt, failures) =>
      `Optimise the prompt below.\n\n<current_prompt name="classifier">\n${prompt}\n</current_prompt>\n\n<examples>\n${failures
        .map((one) => `Question: ${one.input}\nResponse: ${one.output}\nGround truth: ${one.expected}\n`)
        .join("\n")}\n</examples>\n\nReturn the improved prompt as a JSON object keyed by the prompt's name.`,
    find: (reply) => (JSON.parse(reply) as Readonly<Record<string, string>>)["classifier"],
  },
};
