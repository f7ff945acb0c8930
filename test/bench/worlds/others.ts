import { execFile, spawn } from "node:child_process";
import { access, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { seedPrompt, worldRows } from "./rows.ts";
import { placeholder, requestText, rightAnswer } from "./sentences.ts";
import type { SearchOutcome, WorldVisit } from "./visit.ts";

/** An engine of others, ready to run. */
export interface OtherEngine {
  readonly name: string;
  readonly version: string;
  /** Searches one after the other, in one process. */
  search(visits: readonly WorldVisit[], calls: number): Promise<readonly SearchOutcome[]>;
}

const run = promisify(execFile);
const workers = 32;
const home = join(tmpdir(), "dao-opt-bench-engines");
const scripts = resolve("test/bench/worlds");

/** `gepa` from PyPI, in a virtual environment in the system's temporary folder. */
export async function installReference(): Promise<OtherEngine> {
  const folder = join(home, "gepa");
  const python = join(folder, "bin", "python");
  await install("gepa", "PyPI", python, async () => {
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "gepa"]);
  });
  const { stdout } = await run(python, ["-c", "import importlib.metadata as m; print(m.version('gepa'))"]);
  const command = [python, join(scripts, "reference_gepa.py")];
  return {
    name: "reference",
    version: `gepa ${stdout.trim()}`,
    search: (visits, calls) => searchAll(command, visits, calls, true),
  };
}

/** AxGEPA of `@ax-llm/ax`, installed in the system's temporary folder. */
export async function installAx(): Promise<OtherEngine> {
  const folder = join(home, "ax");
  const packageFile = join(folder, "node_modules/@ax-llm/ax/package.json");
  await install("@ax-llm/ax", "the npm registry", packageFile, async () => {
    await mkdir(folder, { recursive: true });
    await run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "@ax-llm/ax", "zod"]);
  });
  const { stdout } = await run("node", ["-p", `require(${JSON.stringify(packageFile)}).version`]);
  const command = ["node", join(scripts, "ax-gepa.mjs"), folder];
  return {
    name: "ax",
    version: `@ax-llm/ax ${stdout.trim()}`,
    search: (visits, calls) => searchAll(command, visits, calls, false),
  };
}

async function install(
  name: string,
  source: string,
  proof: string,
  work: () => Promise<void>,
): Promise<void> {
  if (
    await access(proof).then(
      () => true,
      () => false,
    )
  )
    return;
  console.error(`installing ${name} from ${source} into ${home} …`);
  await work().catch((error: Error & { stderr?: string }) => {
    const output = (error.stderr || error.message).trim().split("\n").slice(-3).join("\n");
    throw new Error(
      `${name} could not be installed from ${source}:\n${output}\nLeave it out with --engines.`,
    );
  });
}

async function searchAll(
  [command = "", ...args]: readonly string[],
  visits: readonly WorldVisit[],
  calls: number,
  needsPlaceholder: boolean,
): Promise<readonly SearchOutcome[]> {
  const searches = visits.map((visit) => ({ ...taskOf(visit), calls }));
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stdin.end(JSON.stringify({ workers, searches }));
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const found = JSON.parse(line) as Pick<SearchOutcome, "prompt" | "validation" | "seconds">;
      return { ...found, needsPlaceholder, stopped: "budget" };
    });
}

function taskOf({ world, seed, baseUrl }: WorldVisit) {
  const rowsOf = (part: "train" | "validation") =>
    worldRows(world, seed, part).map((row) => ({ request: requestText(row), expected: rightAnswer(row) }));
  return {
    base_url: baseUrl,
    prompt: seedPrompt(world),
    placeholder,
    train: rowsOf("train"),
    validation: rowsOf("validation"),
    seed,
  };
}
