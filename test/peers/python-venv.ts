import { hash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess } from "./run-process.ts";

const scripts = fileURLToPath(new URL("./python/", import.meta.url));

/** A Python with packages of its own, outside the repository. */
export interface Python {
  /**
   * Runs a script of `test/peers/python` and resolves to the JSON on its last line of output. If it
   * fails, rejects with its output.
   */
  run(script: string, env: Readonly<Record<string, string>>): Promise<unknown>;
}

/**
 * The Python of `python/<name>.txt`, a list of pinned requirements; created once per list.
 * Rejects with pip's error if that fails: a suite without its peer must not pass.
 */
export async function preparePython(name: string): Promise<Python> {
  const requirements = join(scripts, `${name}.txt`);
  const digest = hash("sha256", await readFile(requirements, "utf8")).slice(0, 12);
  const folder = join(tmpdir(), "dao-opt-peers", `${name}-${digest}`);
  const executable = join(folder, "bin", "python");
  if (!existsSync(join(folder, "ready"))) {
    // A virtual environment contains its own path, so it is created in place; a partial one is recreated.
    await moveAside(folder);
    await mkdir(join(folder, ".."), { recursive: true });
    await runProcess("python3", ["-m", "venv", folder]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    await runProcess(executable, ["-m", "pip", "install", ...quiet, "-r", requirements]);
    await writeFile(join(folder, "ready"), "");
  }
  return {
    async run(script, env) {
      const { stdout } = await runProcess(executable, [join(scripts, script)], { env });
      return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    },
  };
}

async function moveAside(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const aside = `${folder}-${randomUUID()}`;
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true });
}
