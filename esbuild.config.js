import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// `npm run build`; with --if-needed (from `prepare`) it leaves a package that was published built alone.
const root = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(import.meta.url);
const hasTools = ["esbuild", "typescript"].every((name) => existsSync(`${root}node_modules/${name}`));
if (process.argv.includes("--if-needed") && !hasTools) {
  if (!existsSync(`${root}dist/cli.js`)) {
    process.stderr.write("dao-opt: the build tools are missing; install with devDependencies once\n");
    process.exit(1);
  }
  process.exit(0);
}

const { build } = await import("esbuild");
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
// Needed by nearly every command's start, so bundled: one file to read instead of a dozen.
const bundled = new Set(["commander", "chalk", "cli-table3", "yaml", "zod"]);
const external = Object.keys(dependencies).filter((name) => !bundled.has(name));

rmSync(`${root}dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: "src/cli/process.ts",
    index: "src/index.ts",
    openai: "src/client/openai.ts",
    "jinja-worker": "src/core/jinja-worker.ts",
    "generate-docs": "src/cli/generate-docs.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  chunkNames: "chunks/[name]-[hash]",
  external,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, licencesOf(Object.keys(result.metafile.inputs)));
if (!process.argv.includes("--no-types")) {
  execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
}

/** Licence texts of every package that was bundled, as their licences ask. */
function licencesOf(inputs) {
  const names = new Set(
    inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
  );
  return [...names]
    .sort()
    .map((name) => {
      const folder = `${root}node_modules/${name}/`;
      const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
      const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE", "License"].find((one) =>
        existsSync(folder + one),
      );
      const text = file === undefined ? "" : readFileSync(folder + file, "utf8").trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
