import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { runCli } from "../../support/run-cli.ts";
import { startServer } from "../../support/server-world.ts";

test("a damaged prompt does not break lists, and its error is not a server error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-damaged-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const registry = openRegistry(join(folder, "prompts"));
  for (const path of ["p/a", "p/b", "p/c", "p/d"])
    await registry.upsert({
      path,
      template: "Say {{word}}",
      templateLanguage: "default",
      model: { model: "m" },
    });
  writeFileSync(join(folder, "prompts/p/b/prompt.yaml"), "foo: [\n");
  writeFileSync(join(folder, "prompts/p/c/deployments.jsonl"), "<<<<<<< HEAD\n");
  const edited = join(folder, "prompts/p/d/v1.prompt");
  writeFileSync(edited, readFileSync(edited, "utf8").replace("model: m", "model: mm"));

  const world = await startServer({ services: { registry: openRegistry(join(folder, "prompts")) } });
  onTestFinished(() => world.server.close(0));
  const paths = (json: unknown, key: string) =>
    (json as Record<string, { path: string }[]>)[key]?.map(({ path }) => path);
  expect((await world.send("GET", "/v5/prompts/p%2Fd")).status).toBe(422);
  expect((await world.send("GET", "/v5/prompts/p%2Fb")).status).toBe(422);
  // p/d is listed, and reading its version reports the damage.
  for (const [at, total] of [
    ["/v5/prompts", 2],
    ["/v5/files", 2],
  ] as const) {
    const { status, json } = await world.send("GET", `${at}?size=10`);
    expect([status, paths(json, "records"), (json as { total: number }).total]).toEqual([
      200,
      ["p/a"],
      total,
    ]);
  }
  expect((await world.send("GET", "/v5/directories")).status).toBe(200);
  const page = await world.send("GET", "/ui/prompts");
  expect([page.status, page.text.includes("p/a"), page.text.includes("p/b")]).toEqual([200, true, false]);
  const skipped = world.logged.filter((line) => line.includes("is omitted from lists"));
  expect(skipped.map((line) => line.slice(0, 3)).sort()).toEqual(["p/b", "p/c"]);

  const cli = await runCli(["registry", "list", "--json"], { cwd: folder });
  expect([cli.exitCode, (cli.json as { path: string }[]).map(({ path }) => path)]).toEqual([
    1,
    ["p/a", "p/d"],
  ]);
  expect(cli.stderr).toMatch(/^warning: p\/b skipped: .*prompt\.yaml/m);
  expect(cli.stderr).toMatch(/^warning: p\/c skipped: .*deployments\.jsonl/m);
  expect(cli.stderr).toContain("dao-opt registry verify --repair");
});
