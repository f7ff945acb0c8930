import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../../src/cli/commands/run/output.ts";
import { runsListOutputSchema } from "../../../../src/cli/commands/runs/command.ts";
import { createWorldProject, type WorldProject } from "../../../support/world-project.ts";

let project: WorldProject;
beforeEach(() => {
  project = createWorldProject();
  const { prompts, agents, optimizations } = project.config;
  const [[key = "", x = {}] = []] = Object.entries(optimizations.prompt_optimizations);
  const [[promptKey = "", prompt = {}] = []] = Object.entries(prompts);
  const [[agentKey = "", agent = {}] = []] = Object.entries(agents);
  prompts["other"] = { ...prompt, name: "other" };
  agents["other"] = { ...agent, name: "other", prompt: "other" };
  optimizations.prompt_optimizations[key] = { ...x, name: "first", prompt: promptKey, agent: agentKey };
  optimizations.prompt_optimizations["second"] = { ...x, name: "second", prompt: "other", agent: "other" };
  project.save();
});

/** Runs one optimization; returns its run id. */
async function run(only: string, ...args: string[]): Promise<string> {
  await project.run(["--only", only, "--no-cache", ...args]);
  return project.runs()[0] ?? "";
}

const record = (id: string) => join(project.directory, ".dao-opt/runs", id, "record.json");

/** The output without times, and without usage: a run pays once for questions of two optimizations. */
function comparable(json: unknown) {
  const { run: _run, seconds: _seconds, optimizations, ...rest } = runOutputSchema.parse(json);
  const timeless = optimizations.map((one) =>
    JSON.parse(JSON.stringify(one, (key, value) => (/seconds|latency|usage/.test(key) ? undefined : value))),
  );
  return { ...rest, optimizations: timeless };
}

describe("runs merge", () => {
  test("joins runs by id, folder and record into the run that would have done all", async () => {
    const second = await run("second");
    const first = await run("first");
    const artifact = mkdtempSync(join(tmpdir(), "dao-opt-artifact-"));
    cpSync(record(first), join(artifact, "record.json"));
    const merged = await project.cli([
      "runs",
      "merge",
      second,
      artifact,
      "--json",
      "--junit",
      "all.xml",
      "--config",
      "config.yaml",
    ]);
    expect(merged.exitCode, merged.stderr).toBe(0);

    rmSync(join(project.directory, "prompts"), { recursive: true });
    const whole = await project.run(["--no-cache", "--json", "--junit", "whole.xml"]);
    expect(comparable(merged.json)).toEqual(comparable(whole.json));
    const junit = (name: string) => project.read(name).replace(/(time|timestamp)="[^"]*"/g, "");
    expect(junit("all.xml")).toBe(junit("whole.xml"));

    const id = runOutputSchema.parse(merged.json).run;
    expect((await project.cli(["runs", "show", id, "--json"])).json).toEqual(merged.json);
    const listed = runsListOutputSchema.parse((await project.cli(["runs", "list", "--json"])).json);
    expect(listed.find((one) => one.run === id)).toMatchObject({
      status: "completed",
      optimizations: 2,
      improved: 2,
    });
    expect(readFileSync(join(project.directory, ".dao-opt/runs", id, "report.html"), "utf8")).toContain(
      "second",
    );
    expect(JSON.parse(readFileSync(record(id), "utf8")).merged_from).toEqual([first, second]);
    // It is not what `--resume` of the config continues.
    const resumed = await project.run(["--resume", "--json"]);
    expect(runOutputSchema.parse(resumed.json).run).toBe(runOutputSchema.parse(whole.json).run);
  });

  test("has the exit code of one run: a failure, and a failed gate", async () => {
    const first = await run("first");
    const { answer } = project.world;
    project.world.answer = () => "wrong";
    const second = await run("second", "--fail-on", "no_proven_improvement");
    project.world.answer = answer;
    const plain = await project.cli(["runs", "merge", first, second, "--junit", "all.xml"]);
    expect(plain.exitCode).toBe(100);
    expect(project.read("all.xml")).toMatch(/<failure/);
    expect(plain.stdout).toContain("second");

    project.world.optimize = async () => {
      throw new Error("broken engine");
    };
    const failed = await run("second");
    const merged = await project.cli(["runs", "merge", first, failed, "--json"]);
    expect(merged.exitCode).toBe(1);
    expect(merged.json).toMatchObject({ status: "failed", exit_code: 1 });
  });

  test.each<[string, () => Promise<readonly string[]>, RegExp, RegExp]>([
    [
      "an optimization twice",
      async () => [await run("first"), await run("first")],
      /optimization first is in r_/,
      /--only/,
    ],
    [
      "runs of two configs",
      async () => {
        const first = await run("first");
        Object.assign(project.config.optimizations.prompt_optimizations["second"] ?? {}, { seed: 9 });
        project.save();
        return [first, await run("second")];
      },
      /have different configs \(config\.yaml, digest [0-9a-f]{12} and config\.yaml, digest [0-9a-f]{12}\)/,
      /same config file/,
    ],
    [
      "runs with other --set",
      async () => [await run("first"), await run("second", "--seed", "5")],
      /have different configs/,
      /--seed/,
    ],
    [
      "an interrupted run",
      async () => [await run("first"), await run("second", "--max-calls", "5")],
      /r_\S+ is not finished/,
      /dao-opt run config\.yaml --resume r_/,
    ],
    [
      "a killed run",
      async () => {
        const ids = [await run("first"), await run("second")];
        rmSync(record(ids[1] ?? ""));
        return ids;
      },
      /is not finished: it has no record\.json/,
      /--resume r_/,
    ],
    [
      "the output of run --json",
      async () => {
        const { stdout } = await project.run(["--only", "first", "--no-cache", "--json"]);
        writeFileSync(join(project.directory, "out.json"), stdout);
        return ["out.json"];
      },
      /out\.json is not the record of a run/,
      /record\.json of the run folder/,
    ],
    ...[
      { status: "odd" },
      { optimizations: [] },
      { optimizations: [{ plan: {}, usage: {} }] },
      { started_at: null },
    ].map((damage): [string, () => Promise<string[]>, RegExp, RegExp] => [
      `a record with ${JSON.stringify(damage)}`,
      async () => {
        const whole = JSON.parse(readFileSync(record(await run("first")), "utf8"));
        writeFileSync(join(project.directory, "odd.json"), JSON.stringify({ ...whole, ...damage }));
        return ["odd.json"];
      },
      /odd\.json is not the record of a run/,
      /record\.json of the run folder/,
    ]),
    [
      "the record of a newer version",
      async () => {
        const whole = JSON.parse(readFileSync(record(await run("first")), "utf8"));
        writeFileSync(join(project.directory, "new.json"), JSON.stringify({ ...whole, format: 2 }));
        return ["new.json"];
      },
      /new\.json was written by a newer dao-opt/,
      /npm install dao-opt@latest/,
    ],
    [
      "an empty folder",
      async () => {
        mkdirSync(join(project.directory, "empty"));
        return ["empty"];
      },
      /empty holds no record\.json/,
      /run folder/,
    ],
    ["an unknown run", async () => ["r_2"], /no run named "r_2"/, /run id, a run folder/],
  ])("rejects %s", async (_name, given, message, hint) => {
    const runs = await given();
    const before = project.runs().length;
    const { exitCode, json } = await project.cli(["runs", "merge", ...runs, "--json"]);
    expect(exitCode).toBe(2);
    const { error } = json as { error: { message: string; hint: string } };
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(project.runs()).toHaveLength(before);
  });

  test.each(["--resume", "--replay"])("a merged run is no run to %s", async (flag) => {
    const single = await run("first");
    const { json } = await project.cli(["runs", "merge", single, "--json"]);
    const { run: merged } = json as { run: string };
    const refused = await project.cli(["run", "config.yaml", flag, merged, "--json"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.json).toMatchObject({
      error: {
        message: `${merged} joins other runs and has no answers of its own`,
        hint: `${flag.slice(2)} one of them: ${single}`,
      },
    });
  });
});
