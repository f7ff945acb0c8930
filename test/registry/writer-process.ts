import { bundleScript } from "../support/script-process.ts";

const source = new URL("../../src/registry/open-registry.ts", import.meta.url);

/** Bundles a script that has `openRegistry` at hand into a folder, and returns its file. */
export function bundleWriter(folder: string, script: string): Promise<string> {
  const imports = `import { openRegistry } from ${JSON.stringify(source.pathname)};`;
  return bundleScript(folder, "writer", `${imports}\n${script}`);
}
