// The step of action.yml: runs one command of dao-opt and shows its result. Ends with the command's exit code.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { splitWords } from "./command-words.js";
import { keepComment } from "./pull-request-comment.js";
import { annotationsOf, renderResult, worstStatus } from "./render-result.js";

const { env } = process;
const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
const folder = resolve(workspace, env.INPUT_WORKING_DIRECTORY || ".");
const command = env.INPUT_COMMAND || "run";
const config = env.INPUT_CONFIG || "config.yaml";

if (!["run", "eval", "validate"].includes(command))
  stop(`the action has no command "${command}": use run, eval or validate`);
if (!existsSync(folder)) stop(`working-directory does not exist: ${folder}`);
const words = splitWords(env.INPUT_ARGS ?? "");
if (words === undefined) stop("args has a quote that is not closed");

const isTested = command !== "validate";
const junit = isTested && env.INPUT_JUNIT ? resolve(folder, env.INPUT_JUNIT) : undefined;
const [program, first] = programOf(env.INPUT_VERSION ?? "");
const args = [
  ...first,
  command,
  config,
  ...words,
  "--json",
  ...(junit === undefined ? [] : ["--junit", junit]),
];
const results = mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), "dao-opt-"));
// The command appends its summary to this file; the comment shows the same text.
const summaryFile = join(results, "summary.md");
writeFileSync(summaryFile, "");
const { code, text } = await runProgram(program, args);

const file = join(results, "result.json");
writeFileSync(file, text);
const result = parse(text);
// Annotations name files relative to the repository.
const place = relative(workspace, folder);
for (const line of annotationsOf(result, place)) console.log(line);
const summary = readFileSync(summaryFile, "utf8");
const markdown = renderResult({ command, config: join(place, config), code, result, summary });
if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, markdown);
writeOutputs({
  "exit-code": String(code),
  status: worstStatus(result) ?? "",
  run: result?.run ?? "",
  json: file,
  junit: junit !== undefined && existsSync(junit) ? junit : "",
});
if (env.INPUT_COMMENT !== "false") {
  const problem = await keepComment({ key: `${command} ${join(place, config)}`, markdown, env });
  if (problem !== undefined) console.log(`::warning title=dao-opt::no comment was written: ${problem}`);
}
process.exitCode = code;

/** The program to start, and its first arguments. */
function programOf(version) {
  const installed = join(folder, "node_modules/dao-opt/bin/dao-opt.js");
  if (version === "" && existsSync(installed)) return [process.execPath, [installed]];
  return ["npx", ["--yes", `dao-opt@${version || "latest"}`]];
}

/** Messages go to the log as they come; the JSON document is returned. */
function runProgram(program, argv) {
  return new Promise((done) => {
    const child = spawn(program, argv, {
      cwd: folder,
      env: { ...env, GITHUB_STEP_SUMMARY: summaryFile },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pieces = [];
    child.stdout.on("data", (piece) => pieces.push(piece));
    child.once("error", (error) => stop(`cannot start ${program}: ${error.message}`));
    child.once("close", (status, signal) =>
      done({
        code: status ?? (signal === "SIGINT" ? 130 : 143),
        text: Buffer.concat(pieces).toString("utf8"),
      }),
    );
    // A cancelled job: the command ends its run so that it can be resumed.
    for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => child.kill(name));
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writeOutputs(outputs) {
  if (!env.GITHUB_OUTPUT) return;
  const lines = Object.entries(outputs).map(
    ([name, value]) => `${name}=${String(value).replace(/[\r\n]/g, " ")}\n`,
  );
  appendFileSync(env.GITHUB_OUTPUT, lines.join(""));
}

function stop(message) {
  console.log(`::error title=dao-opt::${message}`);
  process.exit(2);
}
