// `npm run release -- VERSION`: prepares a release commit and tag, and checks the tarball as a user installs it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [version] = process.argv.slice(2);
const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], ...options });
const stop = (message) => {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
};

if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version ?? "")) stop("usage: npm run release -- 1.2.3");
if (run("git", ["status", "--porcelain"]) !== "") stop("the working tree has changes; commit or stash them");
if (run("git", ["tag", "--list", `v${version}`]) !== "") stop(`the tag v${version} exists`);

const changelog = readFileSync("CHANGELOG.md", "utf8");
const heading = `## [${version}] - Unreleased`;
if (!changelog.includes(heading)) stop(`CHANGELOG.md has no line "${heading}"`);
const today = new Date().toISOString().slice(0, 10);
writeFileSync("CHANGELOG.md", changelog.replace(heading, `## [${version}] - ${today}`));
run("npm", ["version", version, "--no-git-tag-version", "--allow-same-version"]);

const folder = mkdtempSync(join(tmpdir(), "dao-opt-release-"));
try {
  checkTarball(folder);
} catch (error) {
  run("git", ["checkout", "--", "CHANGELOG.md", "package.json", "package-lock.json"]);
  throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
run("git", ["commit", "--all", "--message", `Release ${version}`]);
run("git", ["tag", "--annotate", `v${version}`, "--message", `Version ${version}`]);
process.stdout.write(`committed and tagged v${version}; next: git push --follow-tags && npm publish\n`);

/** Packs, checks the files, installs without scripts and runs the quickstart. */
function checkTarball(target) {
  const [{ filename, files, unpackedSize }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", target]),
  );
  const names = files.map(({ path }) => path);
  const wanted = ["bin/dao-opt.js", "dist/cli.js", "dist/index.js", "dist/index.d.ts", "dist/openai.js"];
  for (const name of [...wanted, "dist/openai.d.ts", "LICENSE", "README.md", "CHANGELOG.md"])
    if (!names.includes(name)) throw new Error(`the tarball has no ${name}`);
  const foreign = names.filter(
    (name) => !/^(?:bin|dist|config)\/|^[A-Z]+(?:\.md)?$|^package\.json$/.test(name),
  );
  if (foreign.length > 0)
    throw new Error(`the tarball has files that do not belong there: ${foreign.join(", ")}`);
  writeFileSync(join(target, "package.json"), "{}\n");
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", join(target, filename)], {
    cwd: target,
  });
  const command = join(target, "node_modules", ".bin", "dao-opt");
  const printed = run(command, ["--version"], { cwd: target }).trim();
  if (printed !== version) throw new Error(`the installed command prints version ${printed}`);
  run(command, ["init", "project"], { cwd: target });
  run(command, ["run", "project/config.yaml", "--quiet"], { cwd: target });
  process.stdout.write(
    `${filename}: ${files.length} files, ${(unpackedSize / 1e6).toFixed(1)} MB unpacked\n`,
  );
}
