import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";

/** Bundles a script that imports from the sources into a folder, for a process of its own. Returns its file. */
export async function bundleScript(folder: string, name: string, script: string): Promise<string> {
  const file = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: script, resolveDir: folder, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: file,
    logLevel: "error",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
  return file;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly onLine?: (line: string, child: ChildProcess) => void } = {},
): Running {
  const { onLine, uid } = options;
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let stdout = "";
  let stderr = "";
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine?.(line, child);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ stdout, stderr, code }));
  });
  return { child, ended };
}
