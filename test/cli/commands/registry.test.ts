import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createWorldProject, goodPrompt, type WorldProject } from "../../support/world-project.ts";

let project: WorldProject;
beforeAll(async () => {
  project = createWorldProject();
  await project.run();
});

describe("registry", () => {
  test("list is a table of prompts; for an empty registry it prints the path", async () => {
    const { stdout } = await project.cli(["registry", "list"]);
    expect(stdout).toMatch(/^p +2 production 1 20\d\d.* 0\.933$/m);
    expect(await project.cli(["registry", "list", "--registry", "none"])).toMatchObject({
      exitCode: 0,
      stdout: `no prompts in ${project.directory}/none\n`,
    });
  });

  test("list names filters without a match; an unknown environment is an error", async () => {
    for (const filter of [
      ["--folder", "g"],
      ["--tag", "no one"],
    ]) {
      expect((await project.cli(["registry", "list", ...filter, "--json"])).json).toEqual([]);
    }
    expect(await project.cli(["registry", "list", "--folder", "g", "--tag", "no one"])).toMatchObject({
      exitCode: 0,
      stdout: `no prompts match --folder g --tag 'no one' in ${project.directory}/prompts\n`,
    });
    expect(await project.cli(["registry", "list", "--environment", "staging"])).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: 'error: no environment named "staging"\n  → the environments are production\n',
    });
  });

  test("show prints one version, --raw only its template", async () => {
    const { stdout } = await project.cli(["registry", "show", "p@2"]);
    expect(stdout).toMatch(/^p version 2\n\n(.*\n)*uri: prompts:\/p\/2\n/);
    expect(stdout.endsWith(`\n${goodPrompt}\n`)).toBe(true);
    expect((await project.cli(["registry", "show", "p@2", "--raw"])).stdout).toBe(`${goodPrompt}\n`);
    const unknown = await project.cli(["registry", "show", "q"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('error: no prompt named "q"');
  });

  test("history prints versions with their proof, and every deployment", async () => {
    const { stdout } = await project.cli(["registry", "history", "p"]);
    expect(stdout).toContain("+0.633 [0.405, 0.774]");
    expect(stdout).toMatch(/deployments\n.* production: nothing → 1/);
  });

  test("diff is word by word, with markers if color is off", async () => {
    const { stdout } = await project.cli(["registry", "diff", "p/1", "p/2"]);
    expect(stdout).toMatch(/^prompts:\/p\/1 → prompts:\/p\/2\n\n/);
    expect(stdout).toMatch(/\[-.*3.*-\]\{\+.*95.*\+\}/);
    const colored = await project.cli(["registry", "diff", "p/1", "p/2"], { env: { FORCE_COLOR: "1" } });
    expect(colored.stdout).toContain("\u001b[32m");
  });

  test("deploy and rollback move an environment; --force needs a note", async () => {
    expect((await project.cli(["registry", "deploy", "p/2"])).stdout).toBe("p: production 1 → 2\n");
    expect((await project.cli(["registry", "rollback", "p"])).stdout).toBe("p: production 2 → 1\n");
    expect((await project.cli(["registry", "deploy", "p/2", "--force"])).stderr).toBe(
      "error: --force requires --note\n  → give the reason for overriding the gate; it is kept in the history\n",
    );
  });

  test("verify reports damage and exits 1", async () => {
    expect(await project.cli(["registry", "verify"])).toMatchObject({
      exitCode: 0,
      stdout: `${project.directory}/prompts is intact\n`,
    });
    const broken = createWorldProject();
    await broken.run();
    writeFileSync(join(broken.directory, "prompts/p/v2.prompt"), "edited by hand");
    const { exitCode, stdout } = await broken.cli(["registry", "verify"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^damage {2}.*v2\.prompt/m);
    expect(stdout).toContain("1 thing damaged; --repair sets them aside");
    rmSync(join(broken.directory, "prompts"), { recursive: true });
    expect(await broken.cli(["registry", "verify"])).toMatchObject({
      exitCode: 0,
      stdout: `there is no registry in ${broken.directory}/prompts\n`,
    });
    expect((await broken.cli(["registry", "verify", "--json"])).json).toEqual({
      ok: true,
      damage: [],
      notes: [],
    });
  });

  test("verify offers no repair for damage that needs a manual fix", async () => {
    const broken = createWorldProject();
    await broken.run();
    mkdirSync(join(broken.directory, "prompts/a@b"));
    const damaged = "1 thing damaged; fix manually, because no repair is possible\n";
    for (const flags of [[], ["--repair"]]) {
      const { exitCode, stdout } = await broken.cli(["registry", "verify", ...flags]);
      expect([exitCode, stdout.endsWith(damaged)]).toEqual([1, true]);
    }
    writeFileSync(join(broken.directory, "prompts/p/v2.prompt"), "edited by hand");
    expect((await broken.cli(["registry", "verify"])).stdout).toContain(
      "2 things damaged; --repair sets 1 of them aside\n",
    );
    expect((await broken.cli(["registry", "verify", "--json"])).json).toMatchObject({
      damage: [{ file: "a@b", message: expect.stringContaining("rename the folder") }, {}],
    });
  });
});
