import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { registryDiffOutputSchema } from "../../src/cli/commands/registry/output.ts";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import type { CompletionRequest } from "../../src/contracts/language-model.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { answerLines } from "../support/journal-lines.ts";
import { createWorldProject, type WorldProject } from "../support/world-project.ts";

// An agent with two prompts that is right if the first states one rule that a row needs and the second the other.
// At first each states half of its rules, and neither prompt helps alone. A reflection adds the rules that the
// failures shown need from its text.
const agent = `
export default async function ({ inputs, prompts }) {
  const [, one, other, label] = /needs (\\w+) and (\\w+) says (\\w+)/.exec(inputs.text);
  const isRight = prompts.first.includes("Mind " + one) && prompts.second.includes("Mind " + other);
  return { output: isRight ? label : "unsure", usage: { input_tokens: 10, output_tokens: 1 } };
}
`;
const needs = { first: ["alpha", "beta"], second: ["gamma", "delta"] };

function jointProject(optimizer: object): WorldProject {
  const project = createWorldProject({
    optimization: { num_candidates: 3, max_steps: 8, patience: 4, optimizer },
    model: { price: { input: 1, output: 1 } },
  });
  const { prompts, agents, optimizations } = project.config;
  delete prompts["p"];
  prompts["first"] = { name: "first", default_template: "Mind alpha." };
  prompts["second"] = { name: "second", default_template: "Mind gamma.\nAnswer: {{text}}" };
  agents["a"] = { name: "a", model: "small", run: { module: "./agent.js" } };
  const { prompt: _, ...x } = optimizations.prompt_optimizations["x"] as { prompt?: unknown };
  optimizations.prompt_optimizations["x"] = { ...x, prompts: ["first", "second"], scorers: ["exact_match"] };
  writeFileSync(join(project.directory, "agent.js"), agent);
  const rows = Array.from({ length: 90 }, (_, at) => {
    const label = at % 2 === 0 ? "yes" : "no";
    const needed = `needs ${needs.first[at % 3 === 0 ? 0 : 1]} and ${needs.second[at % 5 < 2 ? 0 : 1]}`;
    return { inputs: { text: `row ${at} ${needed} says ${label}` }, expected_response: label };
  });
  writeFileSync(
    join(project.directory, "rows.jsonl"),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
  project.world.answer = stateNeeds;
  project.save();
  return project;
}

/** The current text, the rewrites' additions, and the rules that the examples need. */
function stateNeeds({ messages }: CompletionRequest): string {
  const asked = messages.map(messageText).join("\n");
  const [, name, current = ""] = /# Current instructions\n\n```(\w+)\n([\s\S]*?)\n```/.exec(asked) ?? [];
  const own = needs[name as keyof typeof needs];
  const shown = asked
    .split(/^# (?:Examples|Rewrites)$/m)
    .slice(1)
    .join("\n");
  const found = own.filter((need) => shown.includes(`needs ${need}`) || shown.includes(`and ${need} says`));
  const kept = own.filter((need) => asked.includes(`Mind ${need}.`));
  const lines = [...new Set([...kept, ...found])].map((need) => `Mind ${need}.`);
  const bare = current.replace(/Mind \w+\.\n?/g, "").trim();
  return `\`\`\`\`\n${[...lines, bare].join("\n")}\n\`\`\`\``;
}

const engines = [
  { use: "gepa", options: { components: "round_robin", merge: "fold" } },
  { use: "gepa", options: { components: "round_robin", merge: "components" } },
  { use: "gepa", options: { components: "all", merge: "fold" } },
  { use: "gepa", options: { components: "all", merge: "components" } },
  { use: "metaprompt" },
];

describe("several prompts of one agent", () => {
  test.each(engines)("%o: both are rewritten, verified as a pair, and registered", async (optimizer) => {
    const project = jointProject(optimizer);
    const { json, exitCode, stderr } = await project.run(["--json"]);
    expect(exitCode, stderr).toBe(0);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one).toMatchObject({ status: "improved", error: null });
    expect([one?.prompt, one?.base, one?.optimized, one?.best]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(one?.prompts).toHaveLength(2);
    for (const [at, name] of (["first", "second"] as const).entries()) {
      const prompt = one?.prompts?.[at];
      expect(prompt).toMatchObject({
        prompt: name,
        base: { version: 1, uri: `prompts:/${name}/1` },
        optimized: { version: 2, uri: `prompts:/${name}/2` },
      });
      expect(prompt?.optimized?.template).toContain(`Mind ${needs[name][1]}.`);
      expect(prompt?.best.template).toEqual(prompt?.optimized?.template);
      expect(prompt?.best.validation).toBe(one?.scores.validation?.optimized);
      const diff = await project.cli(["registry", "diff", `${name}/1`, `${name}/2`, "--json"]);
      expect(registryDiffOutputSchema.safeParse(diff.json).error).toBeUndefined();
      expect(JSON.stringify(diff.json)).toContain(`Mind ${needs[name][1]}.`);
    }

    // The gate's scores of the pair are those of the pair on its rows.
    const [run = ""] = project.runs();
    const record = JSON.parse(project.read(".dao-opt", "runs", run, "record.json")).optimizations[0];
    const [first, second] = one?.prompts?.map(({ best }) => String(best.template)) ?? [];
    for (const row of record.rows) {
      const [, needed, also] = /needs (\w+) and (\w+) says/.exec(row.inputs.text) ?? [];
      const isRight = first?.includes(`Mind ${needed}`) && second?.includes(`Mind ${also}`);
      expect(row.optimized.score).toBe(isRight ? 1 : 0);
      expect(row.base.score).toBe(needed === "alpha" && also === "gamma" ? 1 : 0);
    }
    const right = record.rows.filter((row: { optimized: { score: number } }) => row.optimized.score === 1);
    expect(one?.scores.test?.optimized).toBeCloseTo(right.length / record.rows.length, 12);
  });

  test.each([engines[0], engines[4]])(
    "%o: resuming from any point of the journal gives the same result",
    async (optimizer) => {
      const project = jointProject(optimizer as object);
      const whole = await project.run(["--json", "--no-cache"]);
      const outcome = (json: unknown) => {
        const { seconds: _, usage, ...one } = runOutputSchema.parse(json).optimizations[0] ?? {};
        return { ...one, calls: usage?.total.calls };
      };
      const [run = ""] = project.runs();
      const folder = join(project.directory, ".dao-opt", "runs", run);
      const lines = project.read(".dao-opt", "runs", run, "journal.jsonl").split(/(?<=\n)/);
      for (const share of [0.25, 0.5, 0.75, 1]) {
        for (const name of ["record.json", "events.jsonl", "candidates.jsonl"])
          rmSync(join(folder, name), { force: true });
        rmSync(join(project.directory, "prompts"), { recursive: true, force: true });
        writeFileSync(
          join(folder, "journal.jsonl"),
          lines.slice(0, Math.ceil(lines.length * share)).join(""),
        );
        const resumed = await project.run(["--json", "--no-cache", "--resume"]);
        expect(resumed.exitCode, resumed.stderr).toBe(0);
        expect(outcome(resumed.json)).toEqual(outcome(whole.json));
        const filed = answerLines(project.read(".dao-opt", "runs", run, "journal.jsonl"));
        expect(filed).toHaveLength(answerLines(lines.join("")).length);
      }
      // A finished run does not register anything twice.
      await project.run(["--resume"]);
      const { json } = await project.cli(["registry", "list", "--json"]);
      expect(json).toMatchObject([
        { path: "first", latest: 2 },
        { path: "second", latest: 2 },
      ]);
    },
  );

  test("an unchanged prompt is not registered again", async () => {
    const project = jointProject({ use: "metaprompt" });
    const rows = Array.from({ length: 60 }, (_, at) => {
      const label = at % 2 === 0 ? "yes" : "no";
      return { inputs: { text: `row ${at} needs care and delta says ${label}` }, expected_response: label };
    });
    writeFileSync(
      join(project.directory, "rows.jsonl"),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    );
    project.config.prompts["first"] = { name: "first", default_template: "Mind care." };
    project.save();
    // Rewrites of the first text return it unchanged.
    project.world.answer = (request) => {
      const asked = request.messages.map(messageText).join("\n");
      return asked.includes("# Current instructions\n\n```first")
        ? "````\nMind care.\n````"
        : stateNeeds(request);
    };
    const { json } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one?.status).toBe("improved");
    expect(one?.prompts?.map(({ optimized }) => optimized?.version)).toEqual([1, 2]);
  });
});
