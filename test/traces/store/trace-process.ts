import { bundleScript } from "../../support/script-process.ts";

const source = new URL("../../../src/traces/open-trace-store.ts", import.meta.url);

/** Bundles a script that can use `openTraceStore`, `trace(id)` and `print(line)`, and returns its file. */
export function bundleTraceScript(folder: string, script: string): Promise<string> {
  const given = `import { openTraceStore } from ${JSON.stringify(source.pathname)};
const print = (line) => process.stdout.write(line + "\\n");
const trace = (id, size = 200) => ({ traceId: id, startedAt: new Date().toISOString(), output: "é".repeat(size) });`;
  return bundleScript(folder, "traces", `${given}\n${script}`);
}
