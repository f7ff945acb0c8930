import { bundleScript } from "../../support/script-process.ts";

const source = new URL("../../../src/datasets/open-dataset-store.ts", import.meta.url);

/** Bundles a script that uses `openDatasetStore` into a folder, and returns its file. */
export function bundleMerger(folder: string, script: string): Promise<string> {
  const imports = `import { openDatasetStore } from ${JSON.stringify(source.pathname)};`;
  return bundleScript(folder, "merger", `${imports}\n${script}`);
}
