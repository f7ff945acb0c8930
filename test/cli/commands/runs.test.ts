import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runsListOutputSchema } from "../../../src/cli/commands/runs.ts";
import { createWorldProject } from "../../support/world-project.ts";

test("runs list, newest first; one cut off is unfinished", async () => {
  const project = createWorldProject();
  await project.run();
  await project.run();
  const [newest = "", oldest = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", newest, "record.json"));
  const { json, exitCode } = await project.cli(["runs", "list", "--json"]);
  expect(exitCode).toBe(0);
  expect(runsListOutputSchema.parse(json)).toMatchObject([
    { run: newest, status: "unfinished", seconds: null, calls: null, usd: null, improved: null },
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
  expect(stdout).toMatch(new RegExp(`│ ${newest} │ config.yaml │ .* │ – +│ – +│ – +│ – +│ unfinished │`));
  expect(stdout).toMatch(/│ 85 +│ – +│ \d\.\d s │ 1 of 1 +│ completed +│/);
});

test("runs show tells the newest, the named, and what is missing", async () => {
  const project = createWorldProject();
  expect(await project.cli(["runs", "list"])).toMatchObject({
    exitCode: 0,
    stdout: `no runs in ${project.directory}/.dao-opt\n`,
  });
  expect(await project.cli(["runs", "show"])).toMatchObject({
    exitCode: 2,
    stderr: `error no run named "newest"\n  → there is no run in ${project.directory}/.dao-opt\n`,
  });
  const { stdout } = await project.run();
  expect((await project.cli(["runs", "show"])).stdout).toBe(stdout);
  const [run = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", run, "record.json"));
  expect(await project.cli(["runs", "show", run])).toMatchObject({
    exitCode: 2,
    stderr: `error no record named "${run}"\n  → the run was cut off; go on with \`dao-opt run CONFIG --resume\`\n`,
  });
});

test("report is drawn again from the record alone, of the newest finished run", async () => {
  const project = createWorldProject();
  await project.run();
  await project.run();
  const [newest = "", oldest = ""] = project.runs();
  rmSync(join(project.directory, ".dao-opt/runs", newest, "record.json"));
  rmSync(join(project.directory, ".dao-opt/runs", oldest, "report.html"));
  const { stdout, exitCode } = await project.cli(["report"]);
  expect([exitCode, stdout]).toEqual([0, `${project.directory}/.dao-opt/runs/${oldest}/report.html\n`]);
  expect(project.read(".dao-opt/runs", oldest, "report.html")).toContain("<!doctype html>");
  expect((await project.cli(["report", newest])).exitCode).toBe(2);
});
