import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { type HeadroomOutput, headroomOutputSchema } from "../../../../src/cli/commands/headroom/output.ts";
import { planOutputSchema } from "../../../../src/cli/commands/run/plan-output.ts";
import { createHttpProject, type HttpProjectOptions, offlineAnswer } from "../../../support/http-project.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../../support/loopback-openai.ts";
import { type CliOptions, runCli } from "../../../support/run-cli.ts";

let server: LoopbackOpenAI | undefined;
afterEach(() => server?.close());

const env = { OPENAI_API_KEY: "none" };

async function project(answer: LoopbackOptions["answer"], options: Partial<HttpProjectOptions> = {}) {
  server = await startLoopbackOpenAI(answer === undefined ? {} : { answer });
  const made = createHttpProject({ baseUrl: server.baseUrl, rows: 120, ...options });
  const headroom = (args: readonly string[] = [], given: Partial<CliOptions> = {}) =>
    runCli(["headroom", "config.yaml", ...args], { cwd: made.directory, env, ...given });
  const json = async (args: readonly string[] = []) => {
    const result = await headroom(["--json", ...args]);
    return { ...result, output: headroomOutputSchema.parse(JSON.parse(result.stdout)) };
  };
  return { ...made, headroom, json, server };
}

const only = ({ optimizations }: HeadroomOutput) =>
  optimizations[0] as HeadroomOutput["optimizations"][number];

describe("the prediction", () => {
  test("letter case is a format failure, with the scorer that accepts it", async () => {
    const { json, server } = await project((request) => offlineAnswer(request).toUpperCase());
    const { output, exitCode } = await json();
    expect(exitCode).toBe(0);
    const found = only(output);
    expect(found.base.score).toBe(0);
    expect(found.verdict.kind).toBe("format");
    expect(found.format.findings.map(({ fault }) => fault)).toContain("letter_case");
    expect(found.format.score).toBeGreaterThan(0.2);
    expect(found.advice.join("\n")).toContain(
      "scorers: [{ use: exact_match, options: { ignore_case: true } }]",
    );
    expect(found.usage.calls).toBe(server.count);
    expect(server.count).toBeLessThanOrEqual(60);
  });

  test("a model that is always right leaves nothing to gain", async () => {
    const right = new Map<string, string>();
    const { json, directory } = await project(({ messages = [] }) => {
      const text = String(messages.at(-1)?.content).split("Text: ")[1]?.trim() ?? "";
      return right.get(text) ?? "?";
    });
    for (const line of readFileSync(join(directory, "rows.jsonl"), "utf8").trimEnd().split("\n")) {
      const { inputs, expectations } = JSON.parse(line);
      right.set(inputs.text.trim(), expectations.expected_response);
    }
    const found = only((await json()).output);
    expect(found.base.score).toBe(1);
    expect(found.verdict).toMatchObject({ kind: "ceiling", room: 0, more_test_rows: null });
    expect(found.samples).toBeNull();
  });

  test("answers that change when asked again are noise, and wrong rows come right in some sample", async () => {
    let count = 0;
    const { json } = await project(() => ["positive", "negative", "neutral"][count++ % 3] as string);
    const found = only((await json(["-j", "1"])).output);
    expect(found.noise?.changed).toBeGreaterThan(0);
    expect(found.noise?.reworded).toBeGreaterThan(0);
    // Four answers in a row hold every label.
    expect(found.samples).toMatchObject({ share: 1, temperature: null, chance: 1 / 3 });
    // Guesses: a row that comes right in some sample shows nothing.
    expect(found.samples?.answers_right).toBeLessThan((found.samples?.answers ?? 0) * 0.6);
  });

  test("a deterministic model is sampled at a higher temperature, which is sent", async () => {
    const { json, server } = await project(offlineAnswer, {
      model: { temperature: 0 },
      optimization: { scorers: [{ use: "label", options: { labels: ["positive", "negative", "neutral"] } }] },
    });
    const found = only((await json()).output);
    expect(found.noise).toMatchObject({ changed: 0, reworded: 0, share: 0 });
    expect(found.samples?.temperature).toBe(0.8);
    const sampled = server.requests.filter(
      ({ body }) => (body as { temperature?: number }).temperature === 0.8,
    );
    expect(sampled).toHaveLength((found.samples?.rows ?? 0) * 4);
    expect(found.verdict.kind).toBe("knowledge");
  });

  test("the source model is asked for the same rows with its own prompt", async () => {
    const { json, server } = await project(offlineAnswer, { optimization: { source_model: "large" } });
    const found = only((await json()).output);
    expect(found.source?.rows).toBe(
      server.requests.filter(({ body }) => body.model === "offline/large").length,
    );
    expect(found.source?.difference).toBeGreaterThan(0);
    expect(server.count).toBeLessThanOrEqual(80);
  });
});

describe("what it asks", () => {
  test("never the test rows, and the run finds the base's answers in the cache", async () => {
    const { json, directory, server } = await project(offlineAnswer);
    await json();
    const asked = new Set(server.requests.map(({ body }) => String(body.messages?.at(-1)?.content)));
    const before = server.count;
    const again = await json();
    expect(server.count).toBe(before);
    expect(only(again.output).usage).toMatchObject({ calls: 0, cached_calls: before });
    // The gate alone asks for the test rows.
    const split = await runCli(["eval", "config.yaml", "--split", "test", "--json", "--no-cache"], {
      cwd: directory,
      env,
    });
    expect(split.exitCode).toBe(0);
    const test = server.requests.slice(before).map(({ body }) => String(body.messages?.at(-1)?.content));
    expect(test.length).toBeGreaterThan(30);
    expect(test.filter((text) => asked.has(text))).toEqual([]);
    const validation = ["eval", "config.yaml", "--split", "validation", "--json"];
    const cached = (await runCli(validation, { cwd: directory, env })).json as {
      results: [{ usage: { cached_calls: number } }];
    };
    expect(cached.results[0].usage.cached_calls).toBeGreaterThan(20);
  });

  test("prints the cost before the first call, progress on stderr and the result on stdout", async () => {
    let stderr = "";
    let first: string | undefined;
    const made = await project((request) => {
      first ??= stderr;
      return offlineAnswer(request);
    });
    const onStderr = () => {
      stderr = "printed";
    };
    const { stdout, stderr: messages } = await made.headroom([], { onStderr });
    expect(first).toBe("printed");
    expect(messages).toMatch(
      /headroom: up to 5\d calls, at an unknown price; never more than 60 \(--max-calls\)/,
    );
    expect(stdout).toMatch(/base score +0\.\d{3} \[/);
    expect(stdout).toMatch(/^→ (format|knowledge|noise|unclear): /m);
    expect(stdout).not.toContain("headroom: up to");
  });

  test.each([40, 60, 80, 100])("%i columns are enough", async (columns) => {
    const { headroom } = await project(offlineAnswer);
    const { stdout } = await headroom([], { columns, isTerminal: true });
    const lines = stripVTControlCharacters(stdout).split("\n");
    const widest = Math.max(...lines.map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(columns);
  });

  test("several optimizations are tested in turn, --only picks one, and the calls are shared", async () => {
    const made = await project(offlineAnswer);
    const { prompt_optimizations: all } = made.config["optimizations"] as {
      prompt_optimizations: Record<string, object>;
    };
    all["y"] = { ...all["x"], name: "y", scorers: [{ use: "contains" }] };
    made.save();
    const both = (await made.json()).output;
    expect(both.optimizations.map(({ optimization }) => optimization)).toEqual(["x", "y"]);
    expect(both.max_calls).toBe(120);
    const one = (await made.json(["--only", "y", "--max-calls", "30"])).output;
    expect(one.optimizations.map(({ optimization }) => optimization)).toEqual(["y"]);
    expect(one.max_calls).toBe(30);
    expect(only(one).dataset.tested).toBeLessThan(only(both).dataset.tested);
  });
});

describe("limits and errors", () => {
  test("--max-calls below the least is a usage error", async () => {
    const { headroom, server } = await project(offlineAnswer);
    const { exitCode, stderr } = await headroom(["--max-calls", "5"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--max-calls must be at least \d+ for a headroom test, got 5/);
    expect(server.count).toBe(0);
  });

  test("billed failures never exceed the cap; what was measured is printed with exit code 3", async () => {
    server = await startLoopbackOpenAI({
      answer: (request) => offlineAnswer(request),
      faults: (index) => (index % 2 === 0 ? { kind: "status", status: 500 } : undefined),
    } as LoopbackOptions);
    const made = createHttpProject({ baseUrl: server.baseUrl, rows: 120, model: { retries: 5 } });
    const args = ["headroom", "config.yaml", "--json", "--max-calls", "30", "-j", "1"];
    const { exitCode, stdout } = await runCli(args, { cwd: made.directory, env });
    const output = headroomOutputSchema.parse(JSON.parse(stdout));
    expect(server.billable).toBeLessThanOrEqual(30);
    expect([exitCode, output.status, output.error?.code]).toEqual([3, "budget", "interrupted"]);
    expect(only(output).base.rows).toBeGreaterThan(5);
  });

  test("a wrong key ends it with exit code 4", async () => {
    server = await startLoopbackOpenAI({ apiKey: "right" });
    const made = createHttpProject({ baseUrl: server.baseUrl, rows: 60 });
    const { exitCode, stderr } = await runCli(["headroom", "config.yaml"], { cwd: made.directory, env });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/Incorrect API key/);
  });

  test("Ctrl-C prints what was measured and ends with exit code 130", async () => {
    server = await startLoopbackOpenAI({ answer: offlineAnswer, latency: { fixedMs: 20 } });
    const made = createHttpProject({ baseUrl: server.baseUrl, rows: 120 });
    const interrupts = [{ when: server.reached(12), signal: "SIGINT" as const }];
    const args = ["headroom", "config.yaml", "--json", "-j", "1"];
    const { exitCode, stdout } = await runCli(args, { cwd: made.directory, env, interrupts });
    const output = headroomOutputSchema.parse(JSON.parse(stdout));
    expect([exitCode, output.status]).toEqual([130, "interrupted"]);
    expect(only(output).base.rows).toBeGreaterThan(0);
    expect(server.count).toBeLessThan(30);
  });

  test("answers cut off by the user's limit are wrong rows, no format failures, and are noted", async () => {
    server = await startLoopbackOpenAI({
      answer: offlineAnswer,
      faults: (index) => (index % 3 === 0 ? undefined : { kind: "length" }),
    });
    const made = createHttpProject({
      baseUrl: server.baseUrl,
      rows: 60,
      model: { max_tokens: 5, temperature: 0 },
    });
    const args = ["headroom", "config.yaml", "--json", "--max-calls", "40", "-j", "1"];
    const { exitCode, stdout } = await runCli(args, { cwd: made.directory, env });
    expect(exitCode).toBe(0);
    const [found] = headroomOutputSchema.parse(JSON.parse(stdout)).optimizations;
    expect(found?.answers.cut_off).toBeGreaterThan(10);
    expect(found?.notes.join("\n")).toMatch(/cut off/);
    expect(found?.base.wrong).toBeGreaterThan(found?.format.format_rows ?? 0);
    expect(server.count).toBeLessThanOrEqual(40);
  });

  test("judge calls are part of the calls that are stated", async () => {
    const { json, server } = await project(
      (request) =>
        request.model === "offline/large" ? '{"equivalent": true, "reason": "same"}' : offlineAnswer(request),
      { optimization: { scorers: ["equivalence"], scorer_model: "large" } },
    );
    const { output } = await json();
    expect(server.count).toBeLessThanOrEqual(60);
    expect(server.requests.some(({ body }) => body.model === "offline/large")).toBe(true);
    expect(only(output).usage.calls).toBe(server.count);
  });

  test("a budget of the config does not limit it", async () => {
    const { json } = await project(offlineAnswer, { optimization: { budget: { calls: 3000 } } });
    expect((await json()).exitCode).toBe(0);
  });
});

describe("run --dry-run --probe", () => {
  test("adds the verdict to the plan, in text and JSON", async () => {
    const made = await project((request) => offlineAnswer(request).toUpperCase());
    const run = (...args: readonly string[]) =>
      runCli(["run", "config.yaml", "--dry-run", "--probe", ...args], { cwd: made.directory, env });
    const text = await run();
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(
      /^ {2}headroom {3}format: expect a large cheap gain.* \(base 0\.000 on \d+ rows, \d+ calls\)$/m,
    );
    expect(text.stdout).toContain("only the calls of the headroom test were made");
    const json = planOutputSchema.parse(JSON.parse((await run("--json")).stdout));
    expect(json.headroom?.optimizations[0]?.verdict.kind).toBe("format");
  });

  test("needs --dry-run", async () => {
    const made = await project(offlineAnswer);
    const { exitCode, stderr } = await runCli(["run", "config.yaml", "--probe"], {
      cwd: made.directory,
      env,
    });
    expect([exitCode, made.server.count]).toEqual([2, 0]);
    expect(stderr).toContain("--probe needs --dry-run");
  });
});
