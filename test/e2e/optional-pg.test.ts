import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../support/spawn-cli.ts";

test("without the package pg, a database is one error with the line that installs it", () => {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-no-pg-"));
  for (const name of ["bin", "dist", "config", "package.json"])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), link, "dir");
  }
  const args = ["answers", "status", "--answers", "postgres://127.0.0.1:1/x", "--json"];
  let output = "";
  try {
    execFileSync(process.execPath, [join(folder, "bin/dao-opt.js"), ...args], { cwd: folder, stdio: "pipe" });
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: Buffer };
    expect(status).toBe(4);
    output = String(stdout);
  }
  expect(JSON.parse(output).error).toMatchObject({
    code: "database_unreachable",
    message: "PostgreSQL needs the package pg, which is not installed",
    hint: "npm install pg@8",
  });
});
