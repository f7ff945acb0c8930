import { hash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess } from "./run-process.ts";

const scripts = fileURLToPath(new URL("./node/", import.meta.url));

/** What a script did: the JSON of its last line of output, the lines before it, and stderr. */
export interface ScriptRun {
  readonly result: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packages in a folder of their own, outside the repository. */
export interface NodePackages {
  /** Runs a script of `test/peers/node`, which finds the packages by `PACKAGES`. Rejects when it fails. */
  run(script: string, env: Readonly<Record<string, string>>): Promise<ScriptRun>;
  /** Loads one of the packages into this process. */
  require(name: string): unknown;
}

/**
 * Packages by name and exact version; installed once per list. Rejects with npm's error if
 * that fails: a suite without its peer must not pass.
 */
export async function prepareNode(...packages: readonly string[]): Promise<NodePackages> {
  const digest = hash("sha256", packages.join("\n")).slice(0, 12);
  const folder = join(tmpdir(), "dao-opt-peers", `node-${digest}`);
  if (!existsSync(join(folder, "ready"))) {
    const draft = `${folder}-${randomUUID()}`;
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, "package.json"), '{ "private": true }\n');
    const quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel", "error"];
    await runProcess("npm", ["install", ...quiet, ...packages], { cwd: draft });
    await writeFile(join(draft, "ready"), "");
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
  return {
    require: createRequire(join(folder, "package.json")),
    async run(script, env) {
      const { stdout, stderr } = await runProcess(process.execPath, [join(scripts, script)], {
        cwd: folder,
        env: { PACKAGES: join(folder, "package.json"), ...env },
      });
      const lines = stdout.trimEnd().split("\n");
      return {
        result: JSON.parse(lines.at(-1) ?? ""),
        stdout: lines.slice(0, -1).join("\n"),
        stderr,
      };
    },
  };
}
