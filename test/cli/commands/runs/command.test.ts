import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runOutputSchema } from "../../../../src/cli/commands/run/output.ts";
import { runsListOutputSchema } from "../../../../src/cli/commands/runs/command.ts";
import { runStateOutputSchema } from "../../../../src/cli/commands/runs/output.ts";
import { ModelError } from "../../../../src/core/errors.ts";
import { createProcessCheck, formatMark, markOf } from "../../../../src/disk/process-mark.ts";
import { createWorldProject } from "../../../support/world-project.ts";

test("runs list, newest first; one whose process ended is interrupted", async () => {
  const project = createWorldProject();
  await project.run();
  await project.run();
  const [newest = "", oldest = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", newest, "record.json"));
  const { json, exitCode } = await project.cli(["runs", "list", "--json"]);
  expect(exitCode).toBe(0);
  expect(runsListOutputSchema.parse(json)).toMatchObject([
    { run: newest, status: "interrupted", seconds: null, calls: null, usd: null, improved: null },
    {
      run: oldest,
      config: "config.yaml",
      status: "completed",
      calls: 85,
      usd: null,
      improved: 1,
      optimizations: 1,
    },
  ]);
  const { stdout } = await project.cli(["runs", "list"]);
  expect(stdout).toMatch(new RegExp(`^${newest} +config\\.yaml +– +– +– – +interrupted$`, "m"));
  expect(stdout).toMatch(/ 85 +– \d\.\d s 1 of 1 +completed\n/);
});

test("runs show prints the newest or the named run, and reports a missing one", async () => {
  const project = createWorldProject();
  expect(await project.cli(["runs", "list"])).toMatchObject({
    exitCode: 0,
    stdout: `no runs in ${project.directory}/.dao-opt\n`,
  });
  expect(await project.cli(["runs", "show"])).toMatchObject({
    exitCode: 2,
    stderr: `error: no run named "newest"\n  → there is no run in ${project.directory}/.dao-opt\n`,
  });
  const { stdout } = await project.run();
  expect((await project.cli(["runs", "show"])).stdout).toBe(stdout);
  const [run = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", run, "record.json"));
  expect(await project.cli(["runs", "show", run])).toMatchObject({
    exitCode: 0,
    stdout: `${run} was interrupted; its answers are kept\n  85 calls so far\nresume with:\n  dao-opt run config.yaml --resume ${run}\n`,
  });
  const { json } = await project.cli(["runs", "show", run, "--json"]);
  expect(runStateOutputSchema.parse(json)).toMatchObject({ status: "interrupted", process: null, calls: 85 });
});

test("runs show and report name the reasons of failures, with counts, code and hint", async () => {
  const project = createWorldProject({ optimization: { max_error_rate: 1 } });
  const { answer } = project.world;
  let asked = 0;
  project.world.answer = (request, spec) => {
    const row = Number(/row (\d+) says/.exec(String(request.messages[0]?.content))?.[1] ?? 1);
    asked++;
    if (row % 10 === 0)
      return new ModelError(`the endpoint answered 500 (request req_${asked})`, {
        kind: "server",
        hint: "look at its log",
      });
    return row % 15 === 0
      ? new ModelError("no answer within 60 s", { kind: "timeout" })
      : answer(request, spec);
  };
  await project.run();
  const { stdout } = await project.cli(["runs", "show"]);
  const found =
    /rows failed (\d+) × model_failed: the endpoint answered 500 \(request req_\d+\) → look at its log/;
  expect(stdout).toMatch(found);
  expect(stdout).toMatch(/rows failed \d+ × model_failed: no answer within 60 s\n/);
  const [one] = runOutputSchema.parse((await project.cli(["runs", "show", "--json"])).json).optimizations;
  expect(one?.failures).toMatchObject([
    { code: "model_failed", hint: "look at its log", count: Number(found.exec(stdout)?.[1]) },
    { code: "model_failed", message: "no answer within 60 s", hint: null },
  ]);
  await project.cli(["report"]);
  expect(project.read(".dao-opt/runs", project.runs()[0] ?? "", "report.html")).toContain("look at its log");
});

test("a failed optimization has its code and hint in runs show and report", async () => {
  const project = createWorldProject();
  project.world.answer = () => new ModelError("broken", { kind: "server", hint: "mend it" });
  await project.run();
  const { stdout } = await project.cli(["runs", "show"]);
  expect(stdout).toMatch(/✕ x: .*broken.*\n {2}→ fix the cause.*\n {2}! error code optimization_failed\n/);
  expect(stdout).toMatch(/rows failed \d+ × model_failed: broken → mend it/);
  await project.cli(["report"]);
  const page = project.read(".dao-opt/runs", project.runs()[0] ?? "", "report.html");
  expect(page).toContain("<li>error code optimization_failed</li>");
});

test("report is rendered again from the record of the newest finished run", async () => {
  const project = createWorldProject();
  await project.run();
  await project.run();
  const [newest = "", oldest = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", newest, "record.json"));
  rmSync(join(project.directory, ".dao-opt/runs", oldest, "report.html"));
  const { stdout, exitCode } = await project.cli(["report"]);
  expect([exitCode, stdout]).toEqual([0, `${project.directory}/.dao-opt/runs/${oldest}/report.html\n`]);
  expect(project.read(".dao-opt/runs", oldest, "report.html")).toContain("<!doctype html>");
  expect(await project.cli(["report", newest])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      `the run was interrupted; resume with \`dao-opt run config.yaml --resume ${newest}\``,
    ),
  });
});

test("a running or resumed run is shown as running, with its progress", async () => {
  const project = createWorldProject();
  const isProcessAlive = (pid: number) => pid === process.pid;
  for (const args of [["--max-calls", "30"], ["--resume"]]) {
    let seen: Promise<void> | undefined;
    const look = async (): Promise<void> => {
      const cli = (...words: string[]) => project.cli(words, { isProcessAlive });
      const listed = runsListOutputSchema.parse((await cli("runs", "list", "--json")).json)[0];
      expect(listed).toMatchObject({ status: "running", seconds: null, calls: expect.any(Number) });
      const shown = await cli("runs", "show");
      expect(shown.exitCode).toBe(0);
      expect(shown.stdout).toContain(`is running in process ${process.pid}\n`);
      expect(shown.stdout).toMatch(/: (base|search|gate)(, step 1 of \d)?; \d+ calls so far/);
      const { json } = await cli("runs", "show", "--json");
      expect(runStateOutputSchema.parse(json)).toMatchObject({ status: "running", go_on_with: null });
      const report = await cli("report", project.runs()[0] ?? "");
      expect([report.exitCode, report.stdout]).toEqual([0, expect.stringContaining("is still running")]);
      expect((await cli("report", "--json")).json).toMatchObject({ status: "running", report: null });
    };
    project.world.latencyMs = () => 40;
    const { answer } = project.world;
    let count = 0;
    project.world.answer = (request, spec) => {
      count++;
      if (count === 10) seen = look();
      return answer(request, spec);
    };
    await project.run([...args, "--concurrency", "2", "--no-cache"]);
    project.world.answer = answer;
    expect(seen).toBeDefined();
    await seen;
  }
  const { json } = await project.cli(["runs", "list", "--json"], { isProcessAlive });
  expect(json).toMatchObject([{ status: "completed" }]);
});

test("a run whose process id was reused by another program is interrupted", async () => {
  const project = createWorldProject();
  await project.run();
  const [run = ""] = project.runs();
  const folder = join(project.directory, ".dao-opt/runs", run);
  rmSync(join(folder, "record.json"));
  const isProcessAlive = createProcessCheck((pid, signal) => process.kill(pid, signal));
  const { pid, startedAt } = markOf(process.pid);
  writeFileSync(join(folder, "lock.1"), formatMark({ pid, startedAt: "another start" }));
  const statusNow = async () => (await project.cli(["runs", "list", "--json"], { isProcessAlive })).json;
  expect(await statusNow()).toMatchObject([{ status: startedAt === undefined ? "running" : "interrupted" }]);
  writeFileSync(join(folder, "lock.1"), formatMark(markOf(pid)));
  expect(await statusNow()).toMatchObject([{ status: "running" }]);
});
