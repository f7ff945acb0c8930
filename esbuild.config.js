import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// `npm run build`. With --if-needed (from `prepare`) nothing is built when dist was made of these very sources:
// npm runs `prepare` for `npm install` and again for the first `npx dao-opt` in a checkout. With --no-types the
// declarations are left as they are; with --clean (from `prepack`) no file of an earlier build is kept.
const root = fileURLToPath(new URL(".", import.meta.url));
const dist = join(root, "dist");
const stampFile = join(dist, ".sources");
const require = createRequire(import.meta.url);
const isIfNeeded = process.argv.includes("--if-needed");
const hasTypes = !process.argv.includes("--no-types");
const isClean = process.argv.includes("--clean");

if (isIfNeeded) {
  const hasTools = ["esbuild", "typescript", "rollup"].every((name) =>
    existsSync(join(root, "node_modules", name)),
  );
  const isBuilt = existsSync(join(dist, "cli.js"));
  if (!hasTools && !isBuilt) {
    process.stderr.write("dao-opt: the build tools are missing; install with devDependencies once\n");
    process.exit(1);
  }
  if (!hasTools || (isBuilt && readStamp() === digestOfSources())) process.exit(0);
}

const { build } = await import("esbuild");
const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
// Needed by nearly every command's start, so bundled: one file to read instead of a dozen.
const bundled = new Set(["commander", "chalk", "cli-table3", "yaml", "zod"]);
// Optional peers are loaded on use, from where the user installed them.
const external = [...Object.keys(dependencies), ...Object.keys(peerDependencies)].filter(
  (name) => !bundled.has(name),
);

const earlierStamp = readStamp();
const stamp = digestOfSources();
mkdirSync(dist, { recursive: true });
// On the same disk as its place, so that every file appears there whole, by a rename.
const fresh = mkdtempSync(join(root, ".dist-"));
process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: "src/cli/process.ts",
    index: "src/index.ts",
    openai: "src/client/openai.ts",
    "jinja-worker": "src/core/template/jinja-worker.ts",
    "generate-docs": "src/cli/generate-docs.ts",
  },
  outdir: fresh,
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
// The script of the page of `serve`, for browsers.
const script = await build({
  absWorkingDir: root,
  entryPoints: { page: "src/server/page/scripts/page.ts" },
  outdir: fresh,
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
const inputs = [result, script].flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(join(fresh, "THIRD-PARTY-LICENSES.txt"), licencesOf(inputs));
if (hasTypes) await buildTypes();
replaceDist();
// Declarations made of the same sources earlier still hold.
if (hasTypes || earlierStamp === stamp) writeFileSync(stampFile, stamp);
else rmSync(stampFile, { force: true });

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
}

/** Two declaration files for each public entry: .d.ts, and for CommonJS (`require` of an ES module) the same as .d.cts. */
async function buildTypes() {
  const folder = join(fresh, "types");
  const compiler = require.resolve("typescript/bin/tsc");
  const options = ["-p", "tsconfig.build.json", "--outDir", folder];
  execFileSync(process.execPath, [compiler, ...options], { cwd: root, stdio: "inherit" });
  const { rollup } = await import("rollup");
  const { default: dts } = await import("rollup-plugin-dts");
  for (const [name, file] of [
    ["index", "index.d.ts"],
    ["openai", "client/openai.d.ts"],
  ]) {
    const bundle = await rollup({
      input: join(folder, file),
      plugins: [dts()],
      external: (id) => !id.startsWith(".") && !isAbsolute(id),
    });
    await bundle.write({ file: join(fresh, `${name}.d.ts`), format: "es" });
    copyFileSync(join(fresh, `${name}.d.ts`), join(fresh, `${name}.d.cts`));
    await bundle.close();
  }
  rmSync(folder, { recursive: true });
}

/** Digest of all that a build is made of. */
function digestOfSources() {
  const hash = createHash("sha256");
  const files = filesUnder(join(root, "src"));
  for (const name of [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "esbuild.config.js",
  ])
    files.push(join(root, name));
  for (const file of files.filter(existsSync).sort())
    hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Puts the new files into dist one by one, those that others import first. A program that is running may still
 * load a chunk of the build before, by its old name: such files stay for a day.
 */
function replaceDist() {
  const names = filesUnder(fresh).map((file) => relative(fresh, file));
  const isEntry = (name) => dirname(name) === ".";
  for (const name of names.sort((one, other) => Number(isEntry(one)) - Number(isEntry(other)))) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    renameSync(join(fresh, name), join(dist, name));
  }
  const kept = new Set(names);
  const dayAgo = isClean ? Number.POSITIVE_INFINITY : Date.now() - 24 * 60 * 60 * 1000;
  for (const file of filesUnder(dist)) {
    const name = relative(dist, file);
    if (kept.has(name) || file === stampFile || (!hasTypes && name.endsWith(".d.ts"))) continue;
    if (statSync(file).mtimeMs < dayAgo) rmSync(file, { force: true });
  }
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
