import { join } from "node:path";
import { build } from "esbuild";

const source = new URL("../../../src/datasets/open-dataset-store.ts", import.meta.url);

/** Bundles a script that uses `openDatasetStore` into a folder, and returns its file. */
export async function bundleMerger(folder: string, script: string): Promise<string> {
  const file = join(folder, "merger.mjs");
  await build({
    stdin: {
      contents: `import { openDatasetStore } from ${JSON.stringify(source.pathname)};\n${script}`,
      resolveDir: folder,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: file,
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
  return file;
}
