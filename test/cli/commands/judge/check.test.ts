import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { judgeCheckOutputSchema } from "../../../../src/cli/commands/judge/check-output.ts";
import { judgeCheckPlanOutputSchema } from "../../../../src/cli/commands/judge/check-plan.ts";
import { cohenKappa } from "../../../../src/core/statistics/kappa.ts";
import type { WireRequest } from "../../../support/loopback-answers.ts";
import { answerIn, countedLabels, judgeByWord, judgeProject, labelsFile } from "./judge-project.ts";

type JudgeProject = Awaited<ReturnType<typeof judgeProject>>;
let open: JudgeProject | undefined;
afterEach(() => open?.server.close());

async function project(...given: Parameters<typeof judgeProject>): Promise<JudgeProject> {
  open = await judgeProject(...given);
  return open;
}

async function checked({ check }: JudgeProject, args: readonly string[]) {
  const result = await check(["--json", ...args]);
  return { ...result, output: judgeCheckOutputSchema.parse(JSON.parse(result.stdout)) };
}

const someLabels = countedLabels({ passPass: 14, passFail: 4, failPass: 3, failFail: 9 });
const labels = ["--labels", "labels.jsonl"];

describe("agreement", () => {
  test("figures, matrix, disagreements and spending", async () => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const { output, exitCode } = await checked(made, labels);
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({
      status: "completed",
      scorer: "correctness",
      model: "offline/large",
      rows: 30,
      decided_by_rule: 0,
      missing: { unreadable: 0, failed: 0, not_asked: 0, reasons: [] },
      agreement: { value: 23 / 30, agreed: 23 },
      matrix: {
        levels: ["fail", "pass"],
        counts: [
          [9, 3],
          [4, 14],
        ],
      },
      weighted_kappa: null,
      people: null,
      labels: { source: "labels.jsonl", answers: 30, scale: "binary" },
    });
    expect(output.kappa).toEqual(
      cohenKappa(
        [
          [9, 3],
          [4, 14],
        ],
        { confidence: 0.95 },
      ),
    );
    expect(output.disagreements).toHaveLength(7);
    expect(output.disagreements[0]).toMatchObject({
      place: "labels.jsonl:15",
      people: "pass",
      judge: "fail",
      answer: "other 14",
      expected: "expected 14",
    });
    expect(output.usage.calls).toBe(30);
    expect(made.server.count).toBe(30);
  });

  test("text shows the same, and the strength of the agreement", async () => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const { stdout, stderr } = await made.check(labels);
    expect(stdout).toMatch(/^ {2}kappa +0\.\d{3} \[/m);
    expect(stdout).toContain("7 disagreements\n  labels.jsonl:15  people pass, judge fail\n");
    expect(stdout).toContain("and 2 more; -v shows all");
    expect(stdout).toMatch(/^→ \w+ to [\w ]+ agreement beyond chance/m);
    expect(stderr).toContain('verdicts are read from the column "verdict"');
  });

  test("answers that a scorer decides by itself are counted apart", async () => {
    const made = await project();
    const same = { answer: "expected 0" };
    made.write(
      "labels.jsonl",
      labelsFile([
        { judge: true, people: "pass", extra: same },
        { judge: false, people: "fail" },
      ]),
    );
    const { output } = await checked(made, labels);
    expect(output).toMatchObject({ rows: 2, decided_by_rule: 1, usage: { calls: 1 } });
  });

  test("grades have weighted kappa and rank correlations; --pass-label makes them pass and fail", async () => {
    const made = await project({}, { scorers: [{ use: "./by-length.js" }] });
    // A judge with grades from 0 to 1: it asks its model, and reads a digit.
    made.write(
      "by-length.js",
      `export default { name: "by-length", create: () => ({ judgeCalls: { usual: 1, most: 1 }, async score({ output, judge }) {
        const { text } = await judge.complete({ messages: [{ role: "user", content: "<data-1>\\n" + output + "\\n</data-1>" }] });
        return { value: Number(text) / 4, feedback: text };
      } }) };`,
    );
    await made.server.close();
    open = await judgeProject(
      { answer: (request) => answerIn(request).slice(-1) },
      { scorers: [{ use: "./by-length.js" }] },
    );
    open.write("by-length.js", readFileSync(join(made.directory, "by-length.js"), "utf8"));
    const grades = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 1, 5].map((people, at) => ({
      judge: false,
      people,
      extra: { answer: `answer ${at}: ${Math.min(4, people - 1 + (at % 3 === 0 ? 1 : 0))}` },
    }));
    open.write("labels.jsonl", labelsFile(grades));
    const { output } = await checked(open, labels);
    expect(output.labels).toMatchObject({ scale: "graded", levels: ["1", "2", "3", "4", "5"] });
    expect(output.weighted_kappa?.value).toBeGreaterThan(output.kappa.value ?? 1);
    expect(output.spearman?.value).toBeGreaterThan(0.9);
    expect(output.kendall_tau_b?.value).toBeGreaterThan(0.8);
    const binary = await checked(open, [...labels, "--pass-label", "4", "--pass-score", "0.75"]);
    expect(binary.output.labels.levels).toEqual(["fail", "pass"]);
    expect(binary.output.usage).toMatchObject({ calls: 0, cached_calls: 12 });
  });

  test("two raters: the majority counts, ties are left out, and their own agreement is shown", async () => {
    const made = await project();
    const lines = Array.from({ length: 12 }, (_, at) =>
      ["ann", "bob"].map((rater) => ({
        ...{ text: `t ${at}`, expected: "e", answer: at % 2 === 0 ? `RIGHT ${at}` : `no ${at}`, rater },
        verdict: at % 2 === 0 && !(at === 4 && rater === "bob") ? "yes" : "no",
      })),
    ).flat();
    made.write("labels.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { output } = await checked(made, labels);
    expect(output).toMatchObject({
      rows: 11,
      labels: { tied: 1, raters: ["ann", "bob"] },
      people: { rows: 12 },
    });
    expect(output.people?.kappa.value).toBeCloseTo(5 / 6, 9);
    const one = await checked(made, [...labels, "--rater", "bob"]);
    expect(one.output).toMatchObject({ rows: 12, agreement: { agreed: 11 }, people: null });
  });
});

describe("what is missing", () => {
  test("unreadable and failed verdicts are counted apart, never as disagreement", async () => {
    const made = await project({
      answer: (request: WireRequest) =>
        answerIn(request).includes("BROKEN") ? "I would say yes" : judgeByWord(request),
      respond: (request: WireRequest) =>
        answerIn(request).includes("DOWN")
          ? { status: 503, body: { error: { message: "overloaded" } } }
          : undefined,
    });
    made.write(
      "labels.jsonl",
      `${someLabels}${labelsFile([
        { judge: false, people: "pass", extra: { answer: "BROKEN" } },
        { judge: false, people: "pass", extra: { answer: "DOWN" } },
      ])}`,
    );
    const { output, exitCode } = await checked(made, labels);
    expect(exitCode).toBe(0);
    expect(output.missing).toMatchObject({ unreadable: 1, failed: 1, not_asked: 0 });
    expect(output.missing.reasons.map(({ count }) => count)).toEqual([1, 1]);
    expect(output.agreement).toMatchObject({ agreed: 23, value: 23 / 30 });
  });

  test("a judge without one verdict is an error", async () => {
    const made = await project({ answer: () => "hm" });
    made.write("labels.jsonl", someLabels);
    const { output, exitCode } = await checked(made, labels);
    expect([exitCode, output.status, output.stored]).toEqual([1, "failed", null]);
    expect(output.error?.message).toContain("gave no verdict on any of 30 labels");
  });

  test("kappa of one class is undefined and passes no gate", async () => {
    const made = await project();
    made.write("labels.jsonl", countedLabels({ passPass: 12, passFail: 0, failPass: 0, failFail: 0 }));
    const { output, exitCode } = await checked(made, [...labels, "--fail-under", "-1"]);
    expect(exitCode).toBe(100);
    expect(output.kappa).toEqual({ value: null, interval: null });
    expect(output.notes.join("\n")).toContain("people gave every answer the same verdict (pass)");
    expect((await made.check(labels)).stdout).toContain("→ kappa is undefined");
  });
});

describe("spending", () => {
  test("never pays twice, also after a cap, and --dry-run pays nothing", async () => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const dry = await made.check([...labels, "--dry-run", "--json"]);
    expect(judgeCheckPlanOutputSchema.parse(JSON.parse(dry.stdout)).estimates.calls).toBe(30);
    expect(made.server.count).toBe(0);
    const capped = await checked(made, [...labels, "--max-calls", "10", "-j", "1"]);
    expect(capped.exitCode).toBe(3);
    expect(capped.output).toMatchObject({ status: "budget", stored: null });
    expect(capped.output.rows).toBeLessThanOrEqual(10);
    expect(capped.output.rows + capped.output.missing.not_asked).toBe(30);
    expect(made.server.count).toBe(10);
    const rest = await checked(made, labels);
    expect(rest.output.usage).toMatchObject({ calls: 20, cached_calls: 10 });
    expect(made.server.count).toBe(30);
    expect((await checked(made, labels)).output.usage).toMatchObject({ calls: 0, cached_calls: 30 });
  });

  test("Ctrl-C keeps what was answered", async () => {
    const made = await project({ latency: { fixedMs: 20 } });
    made.write("labels.jsonl", someLabels);
    const interrupts = [{ when: made.server.reached(8), signal: "SIGINT" as const }];
    const stopped = await made.check([...labels, "-j", "2", "--json"], { interrupts });
    expect(stopped.exitCode).toBe(130);
    const { rows, status } = judgeCheckOutputSchema.parse(JSON.parse(stopped.stdout));
    expect(status).toBe("interrupted");
    expect(rows).toBeLessThan(30);
    const before = made.server.count;
    const { output } = await checked(made, labels);
    expect(output.rows).toBe(30);
    expect(output.usage.cached_calls).toBeGreaterThanOrEqual(rows);
    expect(made.server.count - before).toBeLessThanOrEqual(30 - rows);
  });

  test("a cap in dollars needs the price of the judge alone", async () => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const large = "--set=resources.llms.large.price={ input: 1, output: 1 }";
    const { output, exitCode } = await checked(made, [...labels, large, "--max-cost", "1"]);
    expect(exitCode).toBe(0);
    expect(output.usage.usd).toBeGreaterThan(0);
    const refused = await made.check([...labels, "--max-cost", "1"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("no price is known for large");
    expect(refused.stderr).not.toContain("small");
  });

  test("--fail-under, and the check is kept for later runs", async () => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const failed = await made.check([...labels, "--fail-under", "0.9", "--junit", "judge.xml"]);
    expect(failed.exitCode).toBe(100);
    expect(failed.stdout).toContain("kappa is below 0.9 (--fail-under)");
    expect(readFileSync(join(made.directory, "judge.xml"), "utf8")).toContain("<failure message=");
    expect((await made.check([...labels, "--fail-under", "0.3"])).exitCode).toBe(0);
    const folder = join(made.directory, ".dao-opt", "judges");
    const [file = "", ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: 1, rows: 30, agreed: 23 });
  });
});

describe("other labels", () => {
  test("ratings of traces", async () => {
    const made = await project();
    const trace = (at: number, rating: number) => ({
      ...{ trace_id: `trace-${at}`, started_at: "2026-01-01T00:00:00.000Z", inputs: { text: `t ${at}` } },
      ...{ output: at % 2 === 0 ? `RIGHT ${at}` : `no ${at}`, model: "m" },
      feedback: [{ rating, at: "2026-01-02T00:00:00.000Z", by: "ann", better_response: `e ${at}` }],
    });
    made.write(
      "traces.jsonl",
      Array.from(
        { length: 10 },
        (_, at) => `${JSON.stringify(trace(at, at < 6 ? 1 - (at % 2) : at % 2))}\n`,
      ).join(""),
    );
    const { runCli } = await import("../../../support/run-cli.ts");
    const imported = await runCli(["collect", "import", "traces.jsonl"], { cwd: made.directory });
    expect(imported.exitCode, imported.stderr).toBe(0);
    const { output, exitCode, stderr } = await checked(made, ["--traces"]);
    expect(exitCode, stderr).toBe(0);
    expect(output).toMatchObject({
      rows: 10,
      agreement: { agreed: 6 },
      labels: { source: "feedback of traces", raters: ["ann"] },
    });
  });

  test("a column of the dataset", async () => {
    const made = await project();
    const rows = Array.from({ length: 20 }, (_, at) => ({
      inputs: { text: `t ${at}` },
      expectations: { expected_response: `e ${at}` },
      outputs: at % 2 === 0 ? `RIGHT ${at}` : `no ${at}`,
      human_verdict: at % 2 === 0 ? "pass" : "fail",
    }));
    made.write("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { output } = await checked(made, ["--column", "human_verdict"]);
    expect(output).toMatchObject({ rows: 20, agreement: { value: 1 }, kappa: { value: 1 } });
    expect(output.kappa.interval?.[0]).toBeLessThan(0.85);
  });

  test("rows of the dataset are named by their inputs or their id", async () => {
    const made = await project();
    const text = readFileSync(join(made.directory, "rows.jsonl"), "utf8").split("\n")[0] ?? "";
    const { inputs } = JSON.parse(text) as { inputs: { text: string } };
    const { digestOf } = await import("../../../../src/core/data/digest.ts");
    const named = { id: digestOf(inputs).slice(0, 16), answer: "RIGHT", verdict: "pass" };
    made.write(
      "labels.jsonl",
      `${JSON.stringify(named)}\n${JSON.stringify({ text: inputs.text, answer: "no", verdict: 0 })}\n`,
    );
    const { output, exitCode } = await checked(made, labels);
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({ rows: 2, agreement: { value: 1 } });
  });
});

describe("mistakes", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "an unknown row",
      '{"text": "new", "answer": "a", "verdict": 1}\n',
      ["labels.jsonl:1", "no expected answer"],
    ],
    [
      "an unknown id",
      '{"id": "0123456789abcdef", "answer": "a", "verdict": 1}\n',
      ["labels.jsonl:1", "no row of dataset d has the id"],
    ],
    [
      "a contradiction",
      '{"text": "t", "expected": "e", "answer": "a", "verdict": "pass"}\n{"text": "t", "expected": "e", "answer": "a", "verdict": "fail"}\n',
      ["labels.jsonl:2", '"fail", but labels.jsonl:1 says "pass"', "column `rater`"],
    ],
    [
      "a word that is no verdict",
      '{"text": "t", "expected": "e", "answer": "a", "verdict": "meh"}\n',
      ["labels.jsonl:1", '"meh" is no verdict'],
    ],
    [
      "a grade beyond the scale",
      `${labelsFile([{ judge: true, people: 5 }])}${labelsFile([{ judge: true, people: 300, extra: { text: "x" } }])}`,
      ["their scale is unknown", "--scale"],
    ],
    [
      "words among grades",
      `${labelsFile([{ judge: true, people: 5 }])}${labelsFile([{ judge: true, people: "pass", extra: { text: "x" } }])}`,
      ["labels.jsonl:2", '"pass" is no grade'],
    ],
    ["no verdict at all", labelsFile([{ judge: true, people: "" }]), ["none of 1 labels has a verdict"]],
    ["an empty file", "", ["labels.jsonl is empty"]],
    [
      "no verdict column",
      '{"text": "t", "answer": "a"}\n',
      ["no column of the labels holds the verdicts", "columns: text, answer"],
    ],
    ["a line that is no JSON", '{"text": \n', ["labels.jsonl:1"]],
  ];

  test.each(cases)("%s", async (_, text, expected) => {
    const made = await project();
    made.write("labels.jsonl", text);
    const { exitCode, stderr } = await made.check(labels);
    expect(exitCode, stderr).toBe(2);
    for (const part of expected) expect(stderr).toContain(part);
    expect(made.server.count).toBe(0);
  });

  test.each([
    [[], "no labels are given"],
    [["--labels", "labels.jsonl", "--traces"], "--labels cannot be combined with --traces"],
    [["--labels", "labels.jsonl", "--scale", "5-1"], "--scale must be two numbers"],
    [["--labels", "labels.jsonl", "--scorer", "corectness"], "did you mean correctness?"],
    [["--labels", "labels.jsonl", "--column", "verdct"], "did you mean verdict?"],
    [["--labels", "labels.jsonl", "--rater", "eve"], 'no rater named "eve"'],
    [["--labels", "labels.jsonl", "--fail-under", "2"], "--fail-under must be a number from -1 to 1"],
    [["--labels", "labls.jsonl"], "did you mean labels.jsonl?"],
    [["--traces"], "dao-opt feedback"],
  ] as const)("%j: %s", async (args, message) => {
    const made = await project();
    made.write("labels.jsonl", someLabels);
    const { exitCode, stderr } = await made.check(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("a file is named as it was typed, also if the config is in another folder", async () => {
    const made = await project();
    const cwd = join(made.directory, "labels");
    mkdirSync(cwd);
    const { exitCode, stderr } = await made.judge(["check", "../config.yaml", "--labels", "mine.jsonl"], {
      cwd,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: no file mine.jsonl\n");
  });

  test("repeated labels count once", async () => {
    const made = await project();
    made.write("labels.jsonl", `${someLabels}${someLabels}`);
    const { output } = await checked(made, labels);
    expect(output).toMatchObject({ rows: 30, labels: { repeated: 30 } });
  });
});
