import { join } from "node:path";
import { build } from "esbuild";

const source = new URL("../../../src/traces/open-trace-store.ts", import.meta.url);

/** Bundles a script that can use `openTraceStore`, `trace(id)` and `print(line)`, and returns its file. */
export async function bundleTraceScript(folder: string, script: string): Promise<string> {
  const file = join(folder, "traces.mjs");
  await build({
    stdin: {
      contents: `import { openTraceStore } from ${JSON.stringify(source.pathname)};
        const print = (line) => process.stdout.write(line + "\\n");
        const trace = (id, size = 200) => ({ traceId: id, startedAt: new Date().toISOString(), output: "é".repeat(size) });
        ${script}`,
      resolveDir: folder,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: file,
    logLevel: "error",
  });
  return file;
}
