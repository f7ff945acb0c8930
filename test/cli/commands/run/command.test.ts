import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../../src/cli/commands/run/output.ts";
import { ModelError } from "../../../../src/core/errors.ts";
import { basePrompt, createWorldProject, goodPrompt, tryTexts } from "../../../support/world-project.ts";

const noRun = /r_\d{8}-\d{9}-\w{4}/g;

describe("run", () => {
  test("proves, registers, and prints the next commands", async () => {
    const project = createWorldProject();
    // Lines of progress that depend on the time are left out.
    const clock = { now: () => new Date(), monotonicMs: () => 0 };
    const { exitCode, stdout, stderr } = await project.run([], { clock });
    expect(exitCode).toBe(0);
    expect(stdout.replace(noRun, "RUN").replace(/\d\.\d s/, "0.1 s")).toBe(
      `Optimization Prompt Version Base → new Gain            Calls Cost Status
──────────────────────────────────────────────────────────────────────────
x            p      1 → 2   .30 → .93  +.63 [.41, .77]    85    – improved

✓ x: version 2 is better, +0.633 [0.405, 0.774] on 30 held-out rows: 19 better, 0 worse
  prompts:/p/2, 3,353 tokens, 0.1 s
  Read the change:
    dao-opt registry diff p/1 p/2
  Use version 2 (\`call\` does not until it is deployed):
    dao-opt registry deploy p/2 --environment production
  Open the report:
    dao-opt report RUN --open

1 improved, 0 unchanged, 0 failed
`,
    );
    expect(stderr.replace(/^\d\d:\d\d:\d\d/gm, "TIME")).toBe(
      `p: base is the config's template (the registry does not have the prompt yet)
x: scorer exact_match, chosen because every expected answer is short
TIME x: base 0.250 on 12 validation rows; 12 of ~240 calls
TIME x: step 1 of 1; best 1.000 (base 0.250); 1 accepted of 1
TIME x: proof on 30 held-out rows
`,
    );
  });

  test("--json is one document with every figure, and nothing else on stdout", async () => {
    const project = createWorldProject({
      optimization: { source_model: "large" },
      model: { price: { input: 1, output: 2 } },
    });
    const { json, exitCode } = await project.run(["--json"]);
    const output = runOutputSchema.parse(json);
    expect(exitCode).toBe(0);
    const [one] = output.optimizations;
    // All 12 rows are right; of a prompt picked by them a little less is believed.
    const estimated = expect.closeTo(0.975, 2);
    expect(output).toMatchObject({
      run: project.runs()[0],
      config: "config.yaml",
      status: "completed",
      exit_code: 0,
    });
    expect(one).toMatchObject({
      name: "x",
      prompt: "p",
      status: "improved",
      base: { version: 1, uri: "prompts:/p/1" },
      optimized: { version: 2, uri: "prompts:/p/2", template: goodPrompt },
      best: { template: goodPrompt, validation: estimated },
      stopped: "max_steps",
      steps: 1,
      candidates: 1,
      error: null,
    });
    expect(one?.scores.validation).toMatchObject({ base: 3 / 12, optimized: estimated, rows: 12 });
    expect(one?.scores.test).toMatchObject({ base: 0.3, optimized: 28 / 30, confidence: 0.95, rows: 30 });
    expect(one?.scores.source).toMatchObject({ score: 0.3 });
    expect(one?.usage.target.calls).toBe(12 + 12 + 60);
    expect(one?.usage.reflection).toMatchObject({ calls: 1, cached_calls: 0 });
    expect(one?.usage.source.calls).toBe(30);
    expect(one?.usage.total.usd).toBeCloseTo(
      ((one?.usage.total.input_tokens ?? 0) + 2 * (one?.usage.total.output_tokens ?? 0)) / 1e6,
      12,
    );
  });

  test("usd is null if a price is unknown; optimized and base.version are null if nothing was registered", async () => {
    const project = createWorldProject({ texts: [] });
    const { json } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one).toMatchObject({
      status: "no_proven_improvement",
      reason: "the search found no prompt that beats the base on the validation rows",
      base: { version: null, uri: null },
      optimized: null,
      best: { template: basePrompt },
    });
    expect(one?.usage.total.usd).toBeNull();
    expect(one?.scores.source).toBeUndefined();
    expect(existsSync(join(project.directory, "prompts"))).toBe(false);
  });

  test("--register-anyway registers the base if nothing better was found, and the best candidate if it was not proven", async () => {
    const unfound = createWorldProject({ texts: [] });
    const { json } = await unfound.run(["--json", "--register-anyway"]);
    const [base] = runOutputSchema.parse(json).optimizations;
    expect(base).toMatchObject({
      status: "no_proven_improvement",
      base: { version: 1 },
      optimized: { version: 1, uri: "prompts:/p/1", template: basePrompt },
    });

    const unproven = createWorldProject({ texts: ["accuracy=0.4 Answer: {{text}}"] });
    const second = await unproven.run(["--json", "--register-anyway"]);
    const [best] = runOutputSchema.parse(second.json).optimizations;
    expect(best).toMatchObject({ status: "no_proven_improvement", optimized: { version: 2 } });
    const again = await unproven.cli(["registry", "deploy", "p/2"]);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("version 2 of p did not pass its gate: no improvement was proven");
  });

  test("deploy_to is moved if the gate passes, and the printed command reflects it", async () => {
    const project = createWorldProject({ optimization: { deploy_to: "staging" } });
    const { stdout } = await project.run();
    expect(stdout).toContain(
      "  Use version 2 in production too (it is deployed to staging):\n    dao-opt registry deploy p/2",
    );
    const list = await project.cli(["registry", "list", "--json"]);
    expect(list.json).toMatchObject([
      { path: "p", latest: 2, environments: { production: 1, staging: 2 }, score: 28 / 30 },
    ]);
  });

  test("below 20 rows nothing is held out and nothing can be proven", async () => {
    const project = createWorldProject({ rows: 12 });
    const { json, stderr, exitCode } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(stderr).toContain(
      "warning: d: 12 rows; under 20 no gain can be significant. Collect 20 to 50 diverse rows or more",
    );
    expect(exitCode).toBe(0);
    expect(one).toMatchObject({
      status: "no_proven_improvement",
      reason: "measured on rows that the optimizer used: 12 rows are too few to hold any back",
    });
    expect(one?.scores.test).toBeUndefined();
  });

  test("a perfect base is no proven improvement, with its reason", async () => {
    const project = createWorldProject({ base: "accuracy=1 Answer: {{text}}" });
    const { stdout, exitCode } = await project.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "– x: no proven improvement: the base is right on every validation row: these rows leave nothing to improve\n",
    );
    expect(stdout).toContain("\n  · add rows the prompt gets wrong\n");
  });

  test("a worse prompt with better validation scores is regressed; --fail-on decides the exit code", async () => {
    const liked = "only on validation Answer: {{text}}";
    const seen = new Set<string>();
    const project = createWorldProject({ texts: [liked], base: "accuracy=0.6 Answer: {{text}}" });
    const { answer, optimize } = project.world;
    project.world.optimize = async (task, lab) => {
      for (const { inputs } of task.validation) seen.add(String(inputs["text"]));
      return optimize(task, lab);
    };
    project.world.answer = (request, spec) => {
      const [, row] = /only on validation Answer: (.*)/.exec(JSON.stringify(request.messages)) ?? [];
      if (row === undefined) return answer(request, spec);
      return [...seen].some((text) => row.startsWith(text)) ? (/says (\w+)/.exec(row)?.[1] ?? "") : "no idea";
    };
    const quiet = await project.run();
    expect(quiet.stdout).toContain("0 improved, 1 unchanged, 0 failed");
    expect(quiet.stdout).toContain("✕ x: regressed: the 95 % interval of the gain, ");
    expect(quiet.exitCode).toBe(0);
    const junit = join(project.directory, "reports", "junit.xml");
    const failing = await project.run(["--fail-on", "regressed", "--junit", junit]);
    expect(failing.exitCode).toBe(100);
    expect(readFileSync(junit, "utf8")).toMatch(
      /<testsuite name="dao-opt run config.yaml" tests="1" failures="1" errors="0" skipped="0"/,
    );
  });

  test("--fail-on no_proven_improvement fails an unproven one, --fail-on regressed does not", async () => {
    const project = createWorldProject({ texts: [] });
    expect((await project.run(["--fail-on", "no_proven_improvement"])).exitCode).toBe(100);
    expect((await project.run(["--fail-on", "regressed"])).exitCode).toBe(0);
    expect((await project.run([], { env: { DAO_OPT_FAIL_ON: "no_proven_improvement" } })).exitCode).toBe(100);
  });

  test("one failed optimization does not stop the others; the exit code is 1", async () => {
    const project = createWorldProject();
    const { x } = project.config.optimizations.prompt_optimizations;
    const first = { ...x, name: "first", agent: "b", prompt: "p2" };
    Object.assign(project.config, { optimizations: { prompt_optimizations: { first, x } } });
    const { llms } = project.config.resources;
    llms["broken"] = { ...llms["small"], name: "broken" };
    project.config.agents["b"] = { name: "b", model: "broken", prompt: "p2" };
    project.config.prompts["p2"] = { name: "p2", default_template: basePrompt };
    project.save();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      spec.name === "broken"
        ? new ModelError("the model fell over", { kind: "bad_request" })
        : answer(request, spec);
    const { stdout, stderr, exitCode } = await project.run();
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "✕ first: 12 of 12 rows failed, above max_error_rate 0.2; most frequent (12): the model fell over\n" +
        "  → fix the cause, then continue with --resume; answers so far are kept\n",
    );
    expect(stdout).toContain("1 improved, 0 unchanged, 1 failed");
    expect(stderr).toMatch(/answers so far are kept; resume with:\n {2}dao-opt run config.yaml --resume r_/);

    // After the fix, the resumed run repeats only the failed calls.
    project.world.answer = answer;
    project.world.calls.length = 0;
    const resumed = await project.run(["--resume"]);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stdout).toContain("2 improved, 0 unchanged, 0 failed");
    expect(new Set(project.world.calls)).toEqual(new Set(["broken"]));
  });

  test("--only runs the named optimizations in that order, by key or name", async () => {
    const project = createWorldProject();
    project.config.optimizations.prompt_optimizations["second"] = {
      ...project.config.optimizations.prompt_optimizations["x"],
      name: "why",
    };
    project.save();
    const { json } = await project.run(["--only", "why", "--json"]);
    expect(runOutputSchema.parse(json).optimizations.map(({ name }) => name)).toEqual(["why"]);
    const { stderr, exitCode } = await project.run(["--only", "whyy"]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: no optimization named "whyy"\n  → did you mean why?\n');
  });

  test("several prompts of one agent are a list", async () => {
    const project = createWorldProject();
    writeFileSync(
      join(project.directory, "agent.mjs"),
      `export default async ({ inputs, prompts }) => {
        const good = prompts.p.includes("0.95") && prompts.q.includes("polite");
        const [, expected] = /says (\\w+)/.exec(inputs.text);
        return good || Number(/row (\\d+)/.exec(inputs.text)[1]) % 4 === 0 ? expected : "no idea";
      };\n`,
    );
    Object.assign(project.config.prompts, {
      q: { name: "q", default_template: "Write an answer." },
    });
    Object.assign(project.config.agents, {
      a: { name: "a", model: "small", run: { module: "./agent.mjs" } },
    });
    const { prompt: _prompt, ...x } = project.config.optimizations.prompt_optimizations["x"] as Record<
      string,
      never
    >;
    project.config.optimizations.prompt_optimizations["x"] = { ...x, prompts: ["p", "q"] };
    project.save();
    project.world.optimize = async ({ seed, validation }, lab) => {
      const drafted = lab.draft({ p: goodPrompt, q: "Write a polite answer." }, [seed.id]);
      if (drafted.accepted) await lab.evaluate(drafted.candidate, validation);
      return { stopped: "max_steps", steps: 1 };
    };
    const { json, exitCode } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode).toBe(0);
    expect(one?.prompt).toBeUndefined();
    expect(
      one?.prompts?.map(({ prompt, optimized }) => [prompt, optimized?.uri, optimized?.template]),
    ).toEqual([
      ["p", "prompts:/p/2", goodPrompt],
      ["q", "prompts:/q/2", "Write a polite answer."],
    ]);
    const { stdout } = await project.cli(["runs", "show"]);
    expect(stdout).toContain("dao-opt registry diff q/1 q/2");
  });

  test("CI has no color, and the step summary gets the table as Markdown", async () => {
    const project = createWorldProject();
    const summary = join(project.directory, "summary.md");
    const { stdout } = await project.run([], {
      isTerminal: true,
      columns: 200,
      env: { CI: "true", GITHUB_STEP_SUMMARY: summary },
    });
    expect(stdout).not.toContain("\u001b[");
    const markdown = readFileSync(summary, "utf8").split("\n");
    expect(markdown[0]).toBe("### dao-opt");
    expect(markdown[2]).toMatch(/^\| Optimization \| Prompt \| Version \| URI \|/);
    expect(markdown[4]).toMatch(/^\| x \| p \| 1 → 2 \| prompts:\/p\/2 \| 0.300 \| 0.933 \|/);
    expect(markdown.at(-2)).toMatch(/^1 improved, 0 unchanged, 0 failed · run `r_/);
  });

  test("color on a terminal, none with NO_COLOR or --no-color", async () => {
    const project = createWorldProject();
    const onTerminal = { isTerminal: true, columns: 200 };
    expect((await project.run([], onTerminal)).stdout).toContain(
      "\u001b[1m\u001b[32m✓\u001b[39m\u001b[22m x",
    );
    expect((await project.run([], { ...onTerminal, env: { NO_COLOR: "1" } })).stdout).not.toContain(
      "\u001b[",
    );
    expect(
      (await project.run(["--no-color"], { ...onTerminal, env: { FORCE_COLOR: "1" } })).stdout,
    ).not.toContain("\u001b[");
  });

  test("--events - prints events on stderr, one JSON object per line and nothing else", async () => {
    const { stderr } = await createWorldProject().run(["--events", "-"]);
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      run: expect.stringMatching(/^r_/),
      event: { type: "run-started", optimizations: ["x"] },
    });
    expect(events.at(-1)).toMatchObject({ event: { type: "run-finished", status: "completed" } });
    expect(events.map(({ event }) => event.type)).toContain("candidate-accepted");
  });

  test("--events FILE is rejected before any call if the file cannot be written", async () => {
    const project = createWorldProject();
    mkdirSync(join(project.directory, "taken"));
    const { exitCode, stderr } = await project.run(["--events", "taken"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${join(project.directory, "taken")} cannot be written: it is a folder`);
    expect(project.world.calls).toEqual([]);
    await project.run(["--events", "logs/events.jsonl"]);
    expect(project.read("logs/events.jsonl")).toBe(
      project.read(".dao-opt/runs", project.runs()[0] ?? "", "events.jsonl"),
    );
  });

  test("a JUnit file that cannot be written changes the exit code, not the result", async () => {
    const project = createWorldProject();
    mkdirSync(join(project.directory, "taken"));
    const { exitCode, json, stderr } = await project.run(["--json", "--junit", "taken"]);
    expect(exitCode).toBe(1);
    expect(runOutputSchema.parse(json).status).toBe("completed");
    expect(stderr).toContain("cannot be written: it is a folder");
  });

  test("--dry-run calls nothing, writes nothing, and prints the plan", async () => {
    const project = createWorldProject({ optimization: { budget: { tokens: 900_000 } } });
    const { exitCode, stdout } = await project.run(["--dry-run", "-j", "4"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("rows       60: 18 train, 12 validation, 30 test");
    expect(stdout).toContain(
      "max_tokens 4096 is sent to large, small, to bound the budget; set your own max_tokens to replace it",
    );
    expect(stdout).toContain("time at 4 at once");
    expect(stdout).toContain(`  ${join(project.directory, ".dao-opt")}/runs/<run>/journal.jsonl`);
    expect(stdout).toContain("no calls were made; run without --dry-run to start");
    expect(project.world.calls).toEqual([]);
    expect(existsSync(join(project.directory, ".dao-opt"))).toBe(false);
  });

  test("on a terminal of 60 columns no line is wider, and commands can be copied", async () => {
    const project = createWorldProject({ rows: 24 });
    Object.assign(project.config.prompts, {
      p: {
        name: "sentiment_classifier",
        schema: { catalog_name: "main", schema_name: "default" },
        default_template: basePrompt,
      },
    });
    project.save();
    const narrow = { columns: 60, isTerminal: true, env: { NO_COLOR: "1", CI: "1" } };
    const outputs = [
      await project.run([], narrow),
      await project.run(["--dry-run"], narrow),
      await project.cli(["validate", "config.yaml"], narrow),
      await project.cli(["runs", "list"], narrow),
      await project.cli(["runs", "show"], narrow),
      await project.cli(["eval", "config.yaml"], narrow),
      await project.cli(["registry", "history", "main/default/sentiment_classifier"], narrow),
      await project.cli(["doctor", "config.yaml"], narrow),
      await project.cli(["run", "--help"], narrow),
      await project.run(["--set", "optimizations.prompt_optimizations.x.num_candidate=3"], narrow),
    ];
    const lines = outputs.flatMap(({ stdout, stderr }) => `${stdout}\n${stderr}`.split("\n"));
    // Commands to type are never wrapped.
    expect(lines.filter((line) => line.length > 60 && !/^ {4}dao-opt /.test(line))).toEqual([]);
  });

  test("an engine that throws or returns an invalid result fails its optimization and is named", async () => {
    const project = createWorldProject();
    project.world.optimize = async () => {
      throw new TypeError("undefined is not a plan");
    };
    const thrown = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(thrown.json).optimizations;
    expect(thrown.exitCode).toBe(1);
    expect(one?.error).toMatchObject({
      code: "optimization_failed",
      message: expect.stringMatching(/^optimizer .*world-engine\.js threw: undefined is not a plan$/),
      hint: "the run's events.jsonl has its stack",
    });
    expect(one?.best).toMatchObject({ template: basePrompt, validation: 3 / 12 });
    project.world.optimize = async () => JSON.parse("{}");
    const { stdout } = await project.run();
    expect(stdout).toMatch(
      /world-engine\.js ended with \{\}\n {2}→ optimize\(\) resolves to \{ stopped: "max_steps"/,
    );
  });

  test("an engine that does not await its calls does not affect the result", async () => {
    const project = createWorldProject();
    project.world.optimize = async (task, lab) => {
      const end = await tryTexts([goodPrompt])(task, lab);
      for (const step of [1, 2])
        void lab.reflect({ purpose: "late", messages: [{ role: "user", content: `late ${step}` }] });
      return end;
    };
    project.world.latencyMs = () => 3;
    const { json } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one?.usage.reflection.calls).toBe(3);
    expect(one?.status).toBe("improved");
  });
});

describe("a scorer_model", () => {
  const warning =
    "optimizations.prompt_optimizations.x.scorer_model: no scorer of this optimization calls a model";

  test("that no scorer uses is reported once, by run and --dry-run", async () => {
    const project = createWorldProject({ texts: [], optimization: { scorer_model: "large" } });
    const { stdout } = await project.run(["--dry-run"]);
    expect(stdout.split(warning)).toHaveLength(2);
    const { stderr, exitCode } = await project.run();
    expect(exitCode).toBe(0);
    expect(stderr.split(warning)).toHaveLength(2);
    expect(stderr).toMatch(/^config\.yaml:\d+:\d+ {2}optimizations/m);
  });

  test("that is unset or used by a scorer is not reported", async () => {
    expect((await createWorldProject({ texts: [] }).run(["--dry-run"])).stdout).not.toContain(warning);
    const judged = createWorldProject({
      texts: [],
      optimization: {
        scorer_model: "large",
        scorers: [{ use: "guidelines", options: { guidelines: ["be kind"] } }],
      },
    });
    const { stdout, stderr } = await judged.run(["--dry-run"]);
    expect(stderr).toBe("");
    expect(stdout).not.toContain(warning);
  });
});
