import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { createImportWorld, fixture, type ImportWorld } from "../../../support/import-world.ts";
import { runCli } from "../../../support/run-cli.ts";
import { applicationTemplates, simulateCalls } from "../../../support/simulated-application.ts";

let world: ImportWorld;
beforeEach(() => {
  world = createImportWorld();
});

/** A log of calls of the simulated application; half of the prompts are in the config. */
function writeApplication(count: number): void {
  const calls = simulateCalls(count, 3).map(({ messages }, at) => ({
    id: `log_${at}`,
    timestamp: new Date(1_767_312_000_000 + at * 1000).toISOString(),
    request: { model: "gpt-4", messages },
    response: {
      choices: [{ index: 0, message: { role: "assistant", content: `answer ${at}` }, finish_reason: "stop" }],
    },
  }));
  world.write("calls.jsonl", calls.map((call) => JSON.stringify(call)).join("\n"));
}

function writeConfig(paths: readonly string[]): void {
  const prompts = Object.fromEntries(
    applicationTemplates
      .filter(({ path }) => paths.includes(path))
      .map(({ path, template }) => {
        const name = path.replace("app/", "");
        return [name, { name, default_template: template }];
      }),
  );
  world.write("config.yaml", JSON.stringify({ prompts }));
}

const all = applicationTemplates.map(({ path }) => path);

describe("calls and the prompts of a config", () => {
  test("variables are recovered, counted by prompt, kept with the traces and merged into the dataset", async () => {
    writeApplication(60);
    writeConfig(all);
    const output = await world.imported("calls.jsonl", "--config", "config.yaml", "--dataset", "rows");
    expect(output.unrendered).toMatchObject({ kept: 0, exact: 60, ambiguous: 0, unmatched: 0, unusable: [] });
    const calls = simulateCalls(60, 3);
    for (const [path, count] of Object.entries(output.unrendered?.prompts ?? {})) {
      expect(calls.filter((call) => call.path === `app/${path}`).length).toBe(count);
    }
    expect(world.traces().map(({ inputs }) => inputs)).toEqual(calls.map(({ inputs }) => inputs));
    expect(output.dataset?.rows).toBe(new Set(calls.map(({ inputs }) => JSON.stringify(inputs))).size);
    const { stdout } = await world.cli("calls.jsonl", "--config", "config.yaml", "--dataset", "rows");
    expect(stdout).toContain("traces: 0 added, 60 known\nvariables: 60 recovered exactly, 0 ambiguous");
    expect(stdout).toContain("warning: the dataset mixes rows of several prompts; select one with --prompt");
  });

  test("--prompt keeps only the rows of one prompt, matched against all prompts", async () => {
    writeApplication(60);
    writeConfig(all);
    const wanted = simulateCalls(60, 3).filter(({ path }) => path === "app/summarize");
    const output = await world.imported(
      ...["calls.jsonl", "--config", "config.yaml", "--prompt", "summarize", "--dataset", "rows"],
    );
    expect(output.dataset).toMatchObject({ given: wanted.length });
    expect(world.rows("rows").map(({ inputs }) => inputs)).toEqual(wanted.map(({ inputs }) => inputs));
    const { stdout } = await world.cli(
      ...["calls.jsonl", "--config", "config.yaml", "--prompt", "summarize", "--dataset", "rows"],
    );
    expect(stdout).not.toContain("warning");
    const typo = await world.cli("calls.jsonl", "--config", "config.yaml", "--prompt", "sumarize");
    expect(typo).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("did you mean summarize") });
    const alone = await world.cli("calls.jsonl", "--prompt", "summarize");
    expect(alone).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--prompt requires --config"),
    });
  });

  test("templates that cannot be matched are named", async () => {
    writeApplication(5);
    const loop = "{% for x in xs %}{{ x }}{% endfor %}";
    world.write(
      "config.yaml",
      JSON.stringify({
        prompts: { loop: { name: "loop", template_language: "jinja", default_template: loop } },
      }),
    );
    const { unrendered } = await world.imported("calls.jsonl", "--config", "config.yaml");
    expect(unrendered).toMatchObject({
      exact: 0,
      unmatched: 5,
      unusable: [{ prompt: "loop", reason: "it does more than insert and test variables" }],
    });
  });
});

describe("traces of an earlier import", () => {
  const chat = (text: string) => ({ model: "m", messages: [{ role: "user", content: `Classify: ${text}` }] });
  const log = (id: string, text: string) =>
    JSON.stringify({
      id,
      timestamp: "2026-01-02T03:04:05Z",
      request: chat(text),
      response: { choices: [{ index: 0, message: { role: "assistant", content: "x" } }] },
    });
  const prompts = { one: { name: "one", default_template: "Classify: {{text}}" } };

  test("get template and variables as soon as a config has them, and the count is printed", async () => {
    world.write("calls.jsonl", ["a", "b"].map((text) => log(`log_${text}`, text)).join("\n"));
    await world.imported("calls.jsonl");
    world.write("config.yaml", JSON.stringify({ prompts }));
    const { stdout } = await world.cli("calls.jsonl", "--config", "config.yaml");
    expect(stdout).toContain("traces: 0 added, 2 known, 2 known ones completed with variables\n");
    expect(await world.listed()).toMatchObject([
      { trace_id: "log_a", inputs: { text: "a" }, prompt: { path: "one", template: "Classify: {{text}}" } },
      { trace_id: "log_b", inputs: { text: "b" } },
    ]);
  });

  test("get no variables of other messages: redacted text stays redacted", async () => {
    world.write(
      "calls.jsonl",
      ["a", "jane@example.com"].map((text) => log(`log_${text[0]}`, text)).join("\n"),
    );
    await world.imported("calls.jsonl", "--redact");
    world.write("config.yaml", JSON.stringify({ prompts }));
    const again = await world.imported("calls.jsonl", "--config", "config.yaml");
    expect(again.traces).toMatchObject({ known: 2, amended: 1 });
    expect(JSON.stringify(await world.listed())).not.toContain("jane@example.com");
  });
});

test("the exporting tool's prompt name is kept beside the recovered one, also in a known trace", async () => {
  const observation = {
    id: "obs-1",
    traceId: "t-1",
    type: "GENERATION",
    startTime: "2026-01-02T03:04:05Z",
    promptName: "sentiment",
    promptVersion: 3,
    input: [{ role: "user", content: "Classify: fine" }],
    output: "positive",
  };
  world.write("langfuse.jsonl", JSON.stringify(observation));
  const prompts = { one: { name: "one", default_template: "Classify: {{text}}" } };
  world.write("config.yaml", JSON.stringify({ prompts }));
  const both = { prompt: { path: "one" }, source_prompt: { path: "sentiment", version: 3 } };
  await world.imported("langfuse.jsonl", "--config", "config.yaml");
  expect(world.traces()).toMatchObject([both]);
  const later = createImportWorld();
  later.write("langfuse.jsonl", JSON.stringify(observation));
  later.write("config.yaml", JSON.stringify({ prompts }));
  await later.imported("langfuse.jsonl");
  await later.imported("langfuse.jsonl", "--config", "config.yaml");
  expect(await later.listed()).toMatchObject([{ ...both, inputs: { text: "fine" } }]);
});

describe("--infer-template", () => {
  test("writes a config with templates for unmatched calls, and with it every call is recovered", async () => {
    writeApplication(300);
    writeConfig(["app/summarize", "app/summarize_for"]);
    const output = await world.imported("calls.jsonl", "--config", "config.yaml", "--infer-template");
    const { inferred, unrendered } = output;
    expect(inferred).toMatchObject({
      file: "prompts.inferred.yaml",
      unexplained: 0,
      calls: unrendered?.unmatched,
    });
    expect(inferred?.templates.length).toBe(3);
    const file = "prompts.inferred.yaml";
    const valid = await runCli(["validate", file, "--json"], { cwd: world.cwd });
    expect(valid).toMatchObject({ exitCode: 0, json: { ok: true } });
    expect(readFileSync(join(world.cwd, file), "utf8")).toMatch(
      /^# Proposed by `dao-opt collect import --infer-template`/,
    );
    const again = await world.imported("calls.jsonl", "--config", file, "--dataset", "rows");
    expect(again.unrendered).toMatchObject({ exact: inferred?.calls });
    expect(again.traces).toMatchObject({ added: 0, known: 300, amended: inferred?.calls });
    expect(again.dataset?.given).toBe(inferred?.calls);
    const stored = await world.listed();
    expect(stored.map(({ inputs }) => inputs)).not.toContain(undefined);
    expect(stored.map(({ prompt }) => prompt)).not.toContain(undefined);
    const third = await world.imported("calls.jsonl", "--config", file);
    expect(third.traces).toMatchObject({ added: 0, known: 300, amended: 0 });
  });

  test("reports what it found, writes nothing if it found nothing, and replaces no file", async () => {
    writeApplication(100);
    const { stdout } = await world.cli("calls.jsonl", "--infer-template", "--output", "mine.yaml");
    expect(stdout).toContain("templates: 5 proposed from 100 calls, 0 unexplained\n");
    expect(stdout).toMatch(
      / {2}summarize_following_text: \d+ calls reproduced exactly\n {4}user: Summarize the following/,
    );
    expect(stdout).toContain("review mine.yaml, copy the right templates under prompts: of a config");
    const before = readFileSync(join(world.cwd, "mine.yaml"), "utf8");
    const twice = await world.cli("calls.jsonl", "--infer-template", "--output", "mine.yaml");
    expect(twice).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("mine.yaml already exists"),
    });
    expect(readFileSync(join(world.cwd, "mine.yaml"), "utf8")).toBe(before);
    const none = await world.imported(fixture("openai-chat/requests.jsonl"), "--infer-template");
    expect(none.inferred).toEqual({ file: null, calls: 4, unexplained: 4, templates: [] });
    expect(existsSync(join(world.cwd, "prompts.inferred.yaml"))).toBe(false);
  });

  test("config syntax in a template is escaped", async () => {
    const calls = Array.from({ length: 20 }, (_, at) => ({
      messages: [{ role: "user", content: `Keep \${env:HOME} and $x as they are in this: word${at}` }],
    }));
    world.write("calls.jsonl", calls.map((call) => JSON.stringify(call)).join("\n"));
    await world.imported("calls.jsonl", "--infer-template");
    const again = await world.imported("calls.jsonl", "--config", "prompts.inferred.yaml");
    expect(again.unrendered).toMatchObject({ exact: 20 });
  });
});

describe("columns of flat rows", () => {
  const table = "review,stars,label\nFine.,5,good\nBad.,1,bad\n";

  test("--inputs and --expected set the columns, as for `dataset merge`", async () => {
    world.write("r.csv", table);
    const flags = ["--inputs", "text=review", "--expected", "label"];
    const output = await world.imported("r.csv", "--dataset", "rows", ...flags);
    expect(output.files).toMatchObject([{ format: "rows", rows: 2, flat_columns: [] }]);
    const mapped = [
      { inputs: { text: "Fine." }, expectations: { expected_response: "good" }, stars: "5" },
      { inputs: { text: "Bad." }, expectations: { expected_response: "bad" }, stars: "1" },
    ];
    expect(world.rows("rows")).toEqual(mapped);
    await runCli(["dataset", "merge", "merged", "r.csv", ...flags], { cwd: world.cwd });
    expect(world.rows("merged")).toEqual(mapped);
    await world.imported("r.csv", "--dataset", "labelled", "--expected", "label");
    expect(world.rows("labelled")[0]).toEqual({
      inputs: { review: "Fine.", stars: "5" },
      expectations: { expected_response: "good" },
    });
  });

  test("a missing column lists the available ones, also of a file of another tool", async () => {
    world.write("r.csv", table);
    const wrong = await world.cli("r.csv", "--dataset", "rows", "--expected", "lable");
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(
      'r.csv:2  no value in column "lable" (expected); its columns are review, stars, label',
    );
    const other = fixture("langfuse/trace.json");
    expect(await world.cli(other, "--dataset", "rows", "--expected", "x")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no value in column "x" (expected); its columns are '),
    });
    expect(await world.cli("r.csv", "--dataset", "rows", "--inputs", "=x")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--inputs must be variable=column, got "=x"'),
    });
  });

  test("without flags: prints the chosen columns and how to override them", async () => {
    world.write("r.csv", table);
    const { stdout } = await world.cli("r.csv", fixture("rows/records.jsonl"), "--dataset", "rows");
    expect(stdout).toContain(
      "note: r.csv does not specify which columns are variables; using review, stars. " +
        "label is the expected answer. Set --inputs variable=column and --expected column to change this\n",
    );
    expect(stdout.match(/note:/g)).toHaveLength(1);
  });
});

describe("flags", () => {
  test("rows need a dataset", async () => {
    expect(await world.cli(fixture("rows/records.jsonl"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        "contains rows, but no dataset is named for them\n  → name one with --dataset\n",
      ),
    });
  });

  test("--redact removes personal data from traces, rows and proposals before they are stored", async () => {
    const call = (at: number) => ({
      messages: [
        { role: "user", content: `Write a kind answer to the customer jane${at}@example.com, who is angry.` },
        { role: "assistant", content: `Dear jane${at}@example.com` },
      ],
    });
    world.write("calls.jsonl", Array.from({ length: 20 }, (_, at) => JSON.stringify(call(at))).join("\n"));
    world.write("rows.jsonl", '{"inputs":{"text":"mail bob@example.com"},"outputs":"bob@example.com"}\n');
    const output = await world.imported(
      ...["calls.jsonl", "rows.jsonl", "--dataset", "rows", "--redact", "--infer-template"],
    );
    expect(output.redacted).toBe(true);
    const kept = JSON.stringify([world.traces(), world.rows("rows"), output]);
    expect(kept).not.toContain("@example.com");
    expect(world.rows("rows")).toEqual([{ inputs: { text: "mail [EMAIL]" }, outputs: "[EMAIL]" }]);
  });

  test("--limit stops reading, and must be a number", async () => {
    writeApplication(30);
    expect((await world.imported("calls.jsonl", "--limit", "7")).traces).toMatchObject({ read: 7, added: 7 });
    expect((await world.imported("calls.jsonl", "--limit", "10")).traces).toMatchObject({
      added: 3,
      known: 7,
    });
    expect(await world.cli("calls.jsonl", "--limit", "none")).toMatchObject({ exitCode: 2 });
  });

  test("everything is written to --state, or to the config's state folder", async () => {
    writeApplication(3);
    await world.imported("calls.jsonl", "--state", "elsewhere");
    expect(existsSync(join(world.cwd, "elsewhere/traces"))).toBe(true);
    expect(existsSync(join(world.cwd, ".dao-opt"))).toBe(false);
  });

  test("several files of several kinds are read together", async () => {
    const output = await world.imported(
      ...[
        "langfuse/trace.json",
        "rows/columns.csv",
        "openai-batch/input.jsonl",
        "openai-batch/output.jsonl",
      ].map(fixture),
      ...["--dataset", "mixed"],
    );
    expect(output.files.map(({ format, traces, rows }) => [format, traces, rows])).toEqual([
      ["langfuse", 2, 0],
      ["rows", 0, 2],
      ["openai-batch", 3, 0],
      ["openai-batch", 0, 0],
    ]);
  });

  test("a Humanloop export prints the command that imports its prompts", async () => {
    const { stdout } = await world.cli(fixture("humanloop"), "--dataset", "all");
    expect(stdout).toContain(
      `its prompts, versions and deployments: dao-opt registry import ${fixture("humanloop")}`,
    );
  });
});

test("a failed call is a row if it has a correction, and is reported otherwise", async () => {
  const event = (key: string) => ({
    apiName: "p/x",
    feedbackKey: key,
    params: { a: key },
    promptTemplateText: "Say {a}",
    modelParameters: { model: "m" },
    response: "",
    responseErrors: ["boom"],
  });
  const lines = [event("k1"), event("k2"), { feedback_key: "k1", better_response: "right" }];
  world.write("events.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { stdout } = await world.cli("events.jsonl", "--dataset", "rows");
  expect(stdout).toContain(
    "dataset rows: 1 added, 0 updated, 0 unchanged; 1 row now\n  1 call skipped (1 failed); add the right answer with `dao-opt feedback`\n",
  );
  expect(stdout).not.toContain("could not recover the variables");
  expect(world.rows("rows")).toMatchObject([
    { inputs: { a: "k1" }, expectations: { expected_response: "right" } },
  ]);
});

test("the printed summary, and a second import does not change traces", async () => {
  world.write("chat.jsonl", `${readFileSync(fixture("openai-chat/fine-tuning.jsonl"), "utf8")}torn\n`);
  expect((await world.cli("chat.jsonl", "--dataset", "rows")).stdout).toBe(
    [
      "chat.jsonl: openai-chat, 2 traces, 1 problem",
      "note: chat.jsonl: lines of a fine-tuning file are kept as calls; --format rows reads them as rows with messages",
      "traces: 2 added",
      "dataset rows: 0 added, 0 updated, 0 unchanged; 0 rows now",
      "  could not recover the variables: pass the config with their prompts as --config, or try --infer-template",
      '  chat.jsonl:3  not JSON at column 2: unexpected "o"',
      "",
    ].join("\n"),
  );
});
