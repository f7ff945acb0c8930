import { expect, test } from "vitest";
import { callsTool, readShellBlocks } from "./readme-commands.ts";

const readme = `# Title

\`\`\`sh
# a comment
dao-opt run config.yaml \\
  --dry-run

$ dao-opt report
\`\`\`

\`\`\`text
first
second
\`\`\`

\`\`\`yaml
not: shell
\`\`\`

\`\`\`sh
npx dao-opt --version
\`\`\`

Words between.

\`\`\`text
not its output
\`\`\`
`;

test("finds shell blocks with the output below them", () => {
  expect(readShellBlocks(readme)).toEqual([
    {
      line: 4,
      commands: [
        { line: 5, text: "dao-opt run config.yaml --dry-run" },
        { line: 8, text: "dao-opt report" },
      ],
      output: { from: 11, to: 13, text: "first\nsecond" },
    },
    { line: 21, commands: [{ line: 21, text: "npx dao-opt --version" }], output: undefined },
  ]);
});

test("a fence of four backticks may contain one of three", () => {
  const [block] = readShellBlocks("````sh\necho '```'\n````\n");
  expect(block?.commands).toEqual([{ line: 2, text: "echo '```'" }]);
});

test("recognizes the tool anywhere on a line", () => {
  const lines = [
    "dao-opt run x",
    "npx dao-opt init",
    "cd x && dao-opt run y",
    "KEY=1 URL=http://x dao-opt run y",
    "cat file | dao-opt registry upsert -",
  ];
  expect(lines.filter((line) => !callsTool(line))).toEqual([]);
  expect(["npm install dao-opt", "cd dao-opt", "my-dao-opt run"].filter(callsTool)).toEqual([]);
});
