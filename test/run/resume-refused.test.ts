import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createWorldProject, type WorldProject } from "../support/world-project.ts";

const scorer = (value: string) =>
  `import { rate } from "./rate.js";\nexport default { create: () => ({ score: ({ example, output }) => ({ value: rate(example, output) ${value} }) }) };\n`;
const rate = (sign: string) =>
  `export const rate = (example, output) => (output ${sign} example.expected ? 1 : 0);\n`;

/** A project with everything that a plan depends on; its base is not registered before the run. */
function project(): WorldProject {
  const made = createWorldProject({ texts: [], optimization: { scorers: [{ use: "./my-scorer.js" }] } });
  writeFileSync(join(made.directory, "my-scorer.js"), scorer(""));
  writeFileSync(join(made.directory, "rate.js"), rate("==="));
  return made;
}

const x = ({ config }: WorldProject) =>
  config.optimizations.prompt_optimizations["x"] as Record<string, unknown>;
const small = ({ config }: WorldProject) => config.resources.llms["small"] as Record<string, unknown>;
const edit = (name: string, change: (text: string) => string) => (made: WorldProject) => {
  const file = join(made.directory, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
};

const changes: readonly (readonly [string, (made: WorldProject) => void, string, string[]?])[] = [
  [
    "a config value",
    (made) => Object.assign(x(made), { patience: 7 }),
    "optimizations.x.optimizer.patience: 3 → 7",
  ],
  [
    "a config value by --set",
    () => {},
    "optimizations.x.gate.min_gain: 0 → 0.1",
    ["--set", "optimizations.prompt_optimizations.x.gate.min_gain=0.1"],
  ],
  [
    "the budget",
    (made) => Object.assign(x(made), { budget: { calls: 100 } }),
    "optimizations.x.budget.calls: nothing → 100",
  ],
  ["the seed", (made) => Object.assign(x(made), { seed: 7 }), "optimizations.x.seed: 42 → 7"],
  ["the seed by its flag", () => {}, "optimizations.x.seed: 42 → 7", ["--seed", "7"]],
  [
    "a row's expected answer",
    edit("rows.jsonl", (text) => text.replace('"yes"', '"no"')),
    'optimizations.x.data.digest: "',
  ],
  [
    "a row more",
    edit("rows.jsonl", (text) => `${text}{"inputs":{"text":"row 60 says yes"},"expected_response":"yes"}\n`),
    "optimizations.x.data.rows: 60 → 61",
  ],
  [
    "the template",
    ({ config }) => Object.assign(config.prompts["p"] ?? {}, { default_template: "Another: {{text}}" }),
    'optimizations.x.prompts.0.template: "accuracy=0.3 Answer: {{text}}" → "Another: {{text}}"',
  ],
  [
    "the model",
    (made) => Object.assign(small(made), { name: "smaller" }),
    'models.small.name: "small" → "smaller"',
  ],
  [
    "a model's parameter",
    (made) => Object.assign(small(made), { temperature: 0.5 }),
    "models.small.parameters.temperature: nothing → 0.5",
  ],
  [
    "which model reflects",
    (made) => Object.assign(x(made), { reflection_model: "small" }),
    'optimizations.x.models.reflection: "large" → "small"',
  ],
  [
    "the scorer",
    (made) => Object.assign(x(made), { scorers: ["exact_match"] }),
    'optimizations.x.scorers.0.use: "./my-scorer.js" → "exact_match"',
  ],
  [
    "the scorer module's content",
    edit("my-scorer.js", () => scorer("/ 2")),
    "./my-scorer.js: the module's content, or that of a file it imports",
  ],
  [
    "the content of what the scorer module imports",
    edit("rate.js", () => rate("!==")),
    "./my-scorer.js: the module's content, or that of a file it imports",
  ],
  [
    "an engine's option",
    (made) =>
      Object.assign(x(made)["optimizer"] as { options: object }, {
        options: { ...engineOptions(made), size: 3 },
      }),
    "optimizations.x.optimizer.options.size: nothing → 3",
  ],
  [
    "the engine",
    (made) => Object.assign(x(made), { optimizer: { use: "metaprompt" } }),
    'optimizations.x.optimizer.use: "',
  ],
];

function engineOptions(made: WorldProject): object {
  return (x(made)["optimizer"] as { options: object }).options;
}

const cases = changes.map(([name, change, line, flags = []]) => ({ name, change, line, flags }));

test.each(cases)("--resume is refused with the cause: $name", async ({ change, line, flags }) => {
  const made = project();
  expect((await made.run()).exitCode).toBe(0);
  const journal = made.read(".dao-opt/runs", made.runs()[0] ?? "", "journal.jsonl");
  made.world.calls.length = 0;
  change(made);
  made.save();
  const { exitCode, stderr } = await made.run(["--resume", ...flags]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${made.runs()[0]} was planned differently; changed since:\n  `);
  expect(stderr).toContain(`\n  ${line}`);
  expect(stderr).toContain("\n  → undo the change, or start a fresh run without --resume");
  expect(made.world.calls).toEqual([]);
  expect(made.runs()).toHaveLength(1);
  expect(made.read(".dao-opt/runs", made.runs()[0] ?? "", "journal.jsonl")).toBe(journal);
});

const harmless: readonly (readonly [string, (made: WorldProject) => void, string[]])[] = [
  ["-j", () => {}, ["-j", "2"]],
  ["--json", () => {}, ["--json"]],
  ["--junit and --events", () => {}, ["--junit", "junit.xml", "--events", "events.jsonl"]],
  ["-q", () => {}, ["-q"]],
  ["-v and --no-progress", () => {}, ["-v", "--no-progress"]],
  ["--no-color", () => {}, ["--no-color"]],
  ["--no-cache", () => {}, ["--no-cache"]],
  ["--max-calls and --timeout", () => {}, ["--max-calls", "500", "--timeout", "5m"]],
  ["--fail-on", () => {}, ["--fail-on", "regressed"]],
  [
    "patience with a model",
    (made) => Object.assign(small(made), { retries: 2, timeout_seconds: 9, limits: { concurrency: 3 } }),
    [],
  ],
  ["a comment in the data's folder", (made) => writeFileSync(join(made.directory, "notes.txt"), "notes"), []],
];

test.each(harmless)("--resume continues: %s", async (_, change, flags) => {
  const made = project();
  expect((await made.run()).exitCode).toBe(0);
  made.world.calls.length = 0;
  change(made);
  made.save();
  const { exitCode, stderr } = await made.run(["--resume", ...flags]);
  expect(exitCode, stderr).toBe(0);
  expect(made.world.calls).toEqual([]);
  expect(made.runs()).toHaveLength(1);
});
