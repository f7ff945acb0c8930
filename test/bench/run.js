// Bundles one benchmark and runs it: node test/bench/run.js model-overhead [arguments]
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  console.error("usage: node test/bench/run.js NAME [arguments]");
  process.exit(2);
}
// Inside the project, so that packages left out of the bundle are found.
const out = await mkdtemp(join(folder, "../../node_modules/.bench-"));
try {
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["openai"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  const child = spawn(process.execPath, [join(out, `${name}.mjs`), ...args], { stdio: "inherit" });
  process.exitCode = await new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
} finally {
  await rm(out, { recursive: true, force: true });
}
