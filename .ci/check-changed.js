// `npm run check:changed`: types, lint and tests of what differs from the last commit, in seconds.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).split("\n").filter(Boolean);
const changed = [
  ...new Set([...git("diff", "--name-only", "HEAD"), ...git("ls-files", "-o", "--exclude-standard")]),
].filter((file) => existsSync(file));
const code = changed.filter((file) => /\.(?:ts|js|json)$/.test(file));
if (code.length === 0) {
  process.stdout.write("no changed files\n");
  process.exit(0);
}

/** The test files that changed, and those named after a changed source file. */
const tests = [
  ...new Set(
    code.flatMap((file) => {
      if (/^test\/.*\.test\.ts$/.test(file)) return [file];
      const mirror = file.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts");
      return file.startsWith("src/") && existsSync(mirror) ? [mirror] : [];
    }),
  ),
];
const steps = [
  ["tsc", "--noEmit"],
  ["biome", "check", "--error-on-warnings", "--no-errors-on-unmatched", ...code],
  ...(tests.length === 0 ? [] : [["vitest", "run", "--project", "unit", "--reporter=dot", ...tests]]),
];

/** Runs a tool of this checkout; its output is printed as a whole when it ends. */
function run([tool, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${tool}`, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (piece) => (output += piece));
    child.stderr.on("data", (piece) => (output += piece));
    child.on("close", (code) => {
      process.stdout.write(`==> ${tool}: ${code === 0 ? "passed" : "failed"}\n${code === 0 ? "" : output}`);
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(steps.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
