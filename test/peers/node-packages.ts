import { spawn } from "node:child_process";
import { hash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const scripts = fileURLToPath(new URL("./node/", import.meta.url));

/** What a script did: the JSON of its last line of output, the lines before, and what it complained of. */
export interface ScriptRun {
  readonly result: unknown;
  readonly said: string;
  readonly complaints: string;
}

/** Packages in a folder of their own, outside the repository. */
export interface NodePackages {
  /** Runs a script of `test/peers/node`, which finds the packages by `PACKAGES`. Rejects when it fails. */
  run(script: string, env: Readonly<Record<string, string>>): Promise<ScriptRun>;
}

/**
 * Packages by name and exact version; fetched once, and found again by their list. Rejects with npm's words when
 * they cannot be had: a suite without its peer must not pass.
 */
export async function prepareNode(...packages: readonly string[]): Promise<NodePackages> {
  const digest = hash("sha256", packages.join("\n")).slice(0, 12);
  const folder = join(tmpdir(), "dao-opt-peers", `node-${digest}`);
  if (!existsSync(join(folder, "ready"))) {
    const draft = `${folder}-${randomUUID()}`;
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, "package.json"), '{ "private": true }\n');
    const quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel", "error"];
    await execute("npm", ["install", ...quiet, ...packages], draft, {});
    await writeFile(join(draft, "ready"), "");
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
  return {
    async run(script, env) {
      const { stdout, stderr } = await execute(process.execPath, [join(scripts, script)], folder, {
        PACKAGES: join(folder, "package.json"),
        ...env,
      });
      const lines = stdout.trimEnd().split("\n");
      return {
        result: JSON.parse(lines.at(-1) ?? ""),
        said: lines.slice(0, -1).join("\n"),
        complaints: stderr,
      };
    },
  };
}

function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, NO_PROXY: "127.0.0.1,localhost", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      stderr += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`));
    });
  });
}
