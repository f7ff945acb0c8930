import { spawn } from "node:child_process";
import { hash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const scripts = fileURLToPath(new URL("./python/", import.meta.url));

/** A Python with packages of its own, outside the repository. */
export interface Python {
  /**
   * Runs a script of `test/peers/python` and resolves to the JSON on its last line of output. Rejects with all
   * it said when it fails.
   */
  run(script: string, env: Readonly<Record<string, string>>): Promise<unknown>;
}

/**
 * The Python of `python/<name>.txt`, a list of pinned requirements; made once, and found again by the list.
 * Rejects with pip's words when it cannot be made: a suite without its peer must not pass.
 */
export async function preparePython(name: string): Promise<Python> {
  const requirements = join(scripts, `${name}.txt`);
  const digest = hash("sha256", await readFile(requirements, "utf8")).slice(0, 12);
  const folder = join(tmpdir(), "dao-opt-peers", `${name}-${digest}`);
  const executable = join(folder, "bin", "python");
  if (!existsSync(join(folder, "ready"))) {
    // A virtual environment knows its own place, so it is made there; a half-made one is done anew.
    await moveAside(folder);
    await mkdir(join(folder, ".."), { recursive: true });
    await execute("python3", ["-m", "venv", folder]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    await execute(executable, ["-m", "pip", "install", ...quiet, "-r", requirements]);
    await writeFile(join(folder, "ready"), "");
  }
  return {
    async run(script, env) {
      const output = await execute(executable, [join(scripts, script)], env);
      return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
    },
  };
}

async function moveAside(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const aside = `${folder}-${randomUUID()}`;
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true });
}

function execute(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
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
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`));
    });
  });
}
