import { afterEach, describe, expect, it } from "vitest";
import { collectOutputSchema } from "../../src/cli/commands/collect/output.ts";
import { evalOutputSchema } from "../../src/cli/commands/eval/output.ts";
import { createFieldProject, type FieldOptions, type FieldProject } from "../support/field-project.ts";
import type { WireAnswer } from "../support/loopback-wire.ts";
import { chat, openaiError } from "../support/quirks/wire-shapes.ts";

const projects: FieldProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.close()));
});

/** Correct on every row, except those a test changes. */
async function start(options: FieldOptions): Promise<FieldProject> {
  const project = await createFieldProject({ accuracy: 1, rows: 40, ...options });
  projects.push(project);
  return project;
}

async function evaluate(project: FieldProject, ...args: readonly string[]) {
  const result = await project.cli(["eval", "config.yaml", "--json", ...args]);
  const output = evalOutputSchema.parse(result.json);
  const [base] = output.results;
  if (base === undefined) throw new Error(`no result: ${result.stderr}`);
  return { ...result, output, base };
}

const ten = (row: number | undefined) => row !== undefined && row % 4 === 0;
const filtered = openaiError(400, "Filtered by policy.", { code: "content_filter" });
const fault: WireAnswer = { body: { error: { code: 502, message: "Provider returned error" } } };

describe("eval", () => {
  it.each<readonly [string, (content: string) => WireAnswer]>([
    ["inline", (answer) => chat({ content: `<think>yes or no?</think>\n\n${answer}` })],
    ["before a lone tag", (answer) => chat({ content: `yes or no?\n</think>\n\n${answer}` })],
    ["apart", (content) => chat({ content, message: { reasoning_content: "yes or no?" } })],
    [
      "in parts",
      (answer) =>
        chat({
          content: [
            { type: "thinking", thinking: [{ type: "text", text: "yes or no?" }] },
            { type: "text", text: answer },
          ],
        }),
    ],
  ])("scores the answer, not the reasoning %s", async (_, write) => {
    const project = await start({ respond: ({ answer }) => write(answer) });
    const { base, exitCode } = await evaluate(project);
    expect([exitCode, base.score, base.rows]).toEqual([0, 1, 40]);
    expect(base.usage.calls).toBe(project.server.billable);
  });

  it.each<readonly [string, RegExp, WireAnswer]>([
    [
      "empty",
      /10 of 40 answers are empty[^\n]*reasoning/,
      chat({ content: "", message: { reasoning_content: "yes or no?" } }),
    ],
    ["cut off", /10 of 40 answers/, chat({ content: "y", finish: "length" })],
    ["filtered in the answer", /10 of 40 answers/, chat({ content: null, finish: "content_filter" })],
    ["filtered in the question", /10 of 40 answers/, filtered],
    ["refused", /10 of 40 answers/, chat({ content: null, message: { refusal: "I can't help." } })],
  ])("scores answers that are %s as 0, and reports how many there were", async (_, words, answer) => {
    const project = await start({ respond: ({ row }) => (ten(row) ? answer : undefined) });
    const { base, exitCode, stderr } = await evaluate(project);
    expect([exitCode, base.score, base.rows, base.failed]).toEqual([0, 0.75, 40, 0]);
    expect(project.server.count).toBe(40);
    expect(base.usage.calls).toBe(project.server.billable);
    expect(stderr).toMatch(words);
  });

  it.each<readonly [string, WireAnswer]>([
    ["an error in a 200", fault],
    ["an error in a choice", chat({ content: "yes", finish: "error", choice: { error: { code: 502 } } })],
    ["no choices", { body: { id: "1", choices: [] } }],
    ["a page", { body: "<html>Sign in</html>", contentType: "text/html" }],
    ["a dropped socket", { drop: "start" }],
  ])("excludes a row from the mean and the cache on %s", async (_, answer) => {
    let isBroken = true;
    const project = await start({ respond: ({ row }) => (isBroken && row === 3 ? answer : undefined) });
    const first = await evaluate(project);
    expect([first.base.score, first.base.rows, first.base.failed]).toEqual([1, 39, 1]);
    expect(first.base.usage.calls + first.base.usage.lost_calls).toBe(project.server.billable);
    isBroken = false;
    const before = project.server.count;
    const second = await evaluate(project);
    expect([second.exitCode, second.base.score, second.base.rows]).toEqual([0, 1, 40]);
    expect(project.server.count - before).toBe(1);
  });

  it("marks figures that a provider did not report", async () => {
    const project = await start({ respond: ({ answer }) => chat({ content: answer, usage: null }) });
    const { base } = await evaluate(project);
    expect(base.usage).toMatchObject({ estimated: true, calls: 40 });
    expect(base.usage.output_tokens).toBeGreaterThanOrEqual(40);
  });
});

describe("collect", () => {
  it("collects rows from answers without their reasoning", async () => {
    const shapes: readonly ((content: string) => WireAnswer)[] = [
      (answer) => chat({ content: answer }),
      (answer) => chat({ content: `<think>yes or no?</think>\n${answer}` }),
      (content) => chat({ content: [{ type: "text", text: content }], message: { reasoning: "yes or no?" } }),
      (answer) => chat({ content: answer.slice(0, 1), finish: "length" }),
      () => chat({ content: null, message: { refusal: "I can't help." } }),
      () => chat({ content: null, finish: "content_filter" }),
      () => filtered,
      () => chat({ content: "", message: { reasoning_content: "yes or no?" } }),
      () => chat({ content: "<think>yes or no?" }),
      () => fault,
    ];
    const project = await start({
      optimization: { source_model: "large" },
      respond: ({ row = 0, answer }) => shapes[row % shapes.length]?.(answer),
    });
    const args = ["--inputs", "questions.jsonl", "--dataset", "made", "--json"];
    const { json } = await project.cli(["collect", "config.yaml", ...args]);
    const output = collectOutputSchema.parse(json);
    const rows = project.dataset("made");
    expect(rows.map(({ outputs }) => outputs)).toEqual(
      Array.from({ length: 40 }, (_, at) => at)
        .filter((at) => at % shapes.length < 3)
        .map((at) => (at % 2 === 0 ? "yes" : "no")),
    );
    expect(output.usage.calls + output.usage.lost_calls).toBe(project.server.billable);
    expect(JSON.stringify(rows)).not.toMatch(/think|yes or no/);
  });
});
