// How long pages of `serve` take, warm, over the built command: npm run bench:page [-- --prompts 10000 --areas prompts]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeRegistry } from "./registry/write-registry.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    prompts: { type: "string", default: "10000" },
    rows: { type: "string", default: "100000" },
    rounds: { type: "string", default: "15" },
    areas: { type: "string", default: "prompts,datasets" },
    cli: { type: "string", default: "bin/dao-opt.js" },
  },
});

/** Writes what the pages of an area show into the folder, unless it is there, and names the pages to measure. */
type Area = (folder: string) => Promise<readonly MeasuredPage[]>;

interface MeasuredPage {
  readonly name: string;
  readonly path: string;
  readonly limitMs: number;
}

const areas: Readonly<Record<string, Area>> = { prompts: promptPages, datasets: datasetPages };

async function promptPages(folder: string): Promise<readonly MeasuredPage[]> {
  const directory = join(folder, "prompts");
  if (!existsSync(directory)) writeRegistry(directory, { prompts: Number(values.prompts), versions: 3 });
  const page = (name: string, path: string, limitMs: number) => ({
    name,
    path: `/ui/prompts${path}`,
    limitMs,
  });
  return [
    page("prompts, first page", "", 100),
    page("prompts, page 100", "?page=100", 2_000),
    page("prompts, in a folder", "?folder=team-3", 2_000),
    page("prompts, words", "?q=prompt-0123", 2_000),
    page("prompts, environment", "?environment=production", 2_000),
    page("a prompt", "/team-3/area-3/prompt-00003", 2_000),
  ];
}

async function datasetPages(folder: string): Promise<readonly MeasuredPage[]> {
  const { openDatasetStore } = await import("../../src/datasets/open-dataset-store.ts");
  const store = openDatasetStore({ folder: join(folder, "state", "datasets") });
  if (!existsSync(store.fileOf("rows")))
    await store.merge(
      "rows",
      Array.from({ length: Number(values.rows) }, (_, at) => ({
        inputs: { text: `Row ${at}: the parcel came ${at % 31} days late. ${"It rained. ".repeat(at % 7)}` },
        outputs: at % 2 === 0 ? "negative" : "neutral",
      })),
    );
  const page = (name: string, path: string) => ({ name, path: `/ui/datasets${path}`, limitMs: 2_000 });
  return [
    page("datasets", ""),
    page("rows, first page", "/rows"),
    page("rows, a rare word", "/rows?q=Row+99999"),
    page("rows, statistics", "/rows?view=stats"),
  ];
}

const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), "bench-page-")));
const pages: MeasuredPage[] = [];
for (const area of values.areas.split(",")) pages.push(...((await areas[area]?.(folder)) ?? []));
const { child, url } = await serve(folder);
try {
  for (const page of pages) await measure(page, url);
} finally {
  child.kill("SIGTERM");
  await once(child, "exit");
  if (values.folder === undefined) rmSync(folder, { recursive: true });
}

async function serve(folder: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const flags = [
    "--registry",
    join(folder, "prompts"),
    "--state",
    join(folder, "state"),
    "--port",
    "0",
    "--json",
  ];
  const child = spawn(process.execPath, [resolve(values.cli), "serve", ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: (JSON.parse(line.toString()) as { url: string }).url };
}

/** The first request reads the files; the others are what a person waits for. */
async function measure({ name, path, limitMs }: MeasuredPage, url: string): Promise<void> {
  const request = async () => {
    const startedAt = performance.now();
    const answer = await fetch(url + path);
    await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return performance.now() - startedAt;
  };
  const cold = await request();
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    // Longer than the registry keeps what it has read: files are looked at again.
    await new Promise((wake) => setTimeout(wake, 600));
    times.push(await request());
  }
  times.sort((one, other) => one - other);
  const [median, most] = [times[times.length >> 1] ?? 0, times.at(-1) ?? 0];
  const verdict = median <= limitMs ? "within" : "OVER";
  console.log(
    `${name.padEnd(24)} ${ms(cold)} cold ${ms(median)} median ${ms(most)} most   ${verdict} ${limitMs} ms`,
  );
}

function ms(value: number): string {
  return `${value.toFixed(0).padStart(6)} ms`;
}
