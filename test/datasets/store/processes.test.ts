import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { temporaryFolder } from "../../registry/temporary-folder.ts";
import { startProcess } from "../../support/script-process.ts";
import { bundleMerger } from "./store-process.ts";

/** Merges batches of its own rows and of rows that all writers share, and prints each merged batch. */
const script = `
const [folder, writer, batches, size, pad] = process.argv.slice(2);
const store = openDatasetStore({ folder });
for (let batch = 0; batch < Number(batches); batch++) {
  const rows = Array.from({ length: Number(size) }, (_, row) => [
    { inputs: { text: writer + "-" + batch + "-" + row }, outputs: "x".repeat(Number(pad ?? 0)) },
    { inputs: { text: "shared " + row }, tags: { [writer]: batch } },
  ]).flat();
  const result = await store.merge("rows", rows).catch((error) => ({ error: error.name, message: error.message, hint: error.hint }));
  process.stdout.write(JSON.stringify({ batch, ...result }) + "\\n");
}
`;

interface Row {
  readonly inputs: { readonly text: string };
  readonly tags?: Readonly<Record<string, number>>;
}

function rowsOf(folder: string): readonly Row[] {
  const text = readFileSync(join(folder, "rows.jsonl"), "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const visible = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith("."));

test("eight concurrent processes: every row exactly once", async () => {
  const folder = temporaryFolder();
  const file = await bundleMerger(folder, script);
  const data = join(folder, "datasets");
  const writers = [..."abcdefgh"];
  const ends = await Promise.all(
    writers.map((writer) => startProcess("node", [file, data, writer, "6", "5"]).ended),
  );
  expect(ends.map(({ stderr }) => stderr).join("")).toBe("");
  const rows = rowsOf(data);
  const texts = rows.map(({ inputs }) => inputs.text);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts).toHaveLength(8 * 6 * 5 + 5);
  const shared = rows.filter(({ inputs }) => inputs.text.startsWith("shared"));
  for (const { tags } of shared)
    expect(tags).toEqual(Object.fromEntries(writers.map((writer) => [writer, 5])));
  expect(readdirSync(data)).toEqual(["rows.jsonl"]);
}, 60_000);

test("kill -9 at any moment leaves the old or the new file, and the next writer cleans up", async () => {
  const folder = temporaryFolder();
  const file = await bundleMerger(folder, script);
  const data = join(folder, "datasets");
  let kept = 0;
  let killed = 0;
  for (let round = 0; round < 12; round++) {
    const writer = `w${round}`;
    let confirmed = 0;
    const { child, ended } = startProcess("node", [file, data, writer, "400", "40", "2000"], {
      onLine(line) {
        const { error } = JSON.parse(line) as { error?: string };
        expect(error).toBeUndefined();
        confirmed++;
        // During one of the next merges, at a different moment each round.
        if (confirmed === 2) setTimeout(() => child.kill("SIGKILL"), round * 3.7);
      },
    });
    const { code } = await ended;
    if (code === null) killed++;
    const texts = rowsOf(data).map(({ inputs }) => inputs.text);
    expect(new Set(texts).size).toBe(texts.length);
    const own = texts.filter((text) => text.startsWith(`${writer}-`)).length;
    // Whole batches: every confirmed one, and at most the one in progress.
    expect(own % 40).toBe(0);
    expect([confirmed, confirmed + 1]).toContain(own / 40);
    expect(texts.filter((text) => !text.startsWith(`${writer}-`) && !text.startsWith("shared"))).toHaveLength(
      kept,
    );
    kept += own;
  }
  expect(killed).toBe(12);
  const store = openDatasetStore({ folder: data });
  await store.merge("rows", [{ inputs: { text: "last" } }]);
  const left = readdirSync(data).filter((name) => /^\.rows\.jsonl\.[0-9a-f]{12}\.tmp$/.test(name));
  expect([left, visible(data)]).toEqual([[], ["rows.jsonl"]]);
}, 120_000);

test.runIf(process.platform === "linux")(
  "a full disk is one clear error, and nothing is left behind",
  async () => {
    const folder = temporaryFolder();
    const file = await bundleMerger(folder, script);
    const data = join(folder, "datasets");
    const store = openDatasetStore({ folder: data });
    await store.merge("rows", [{ inputs: { text: "there" } }]);
    const before = readFileSync(store.fileOf("rows"));
    const limited = `ulimit -f 64; exec node '${file}' "$@"`;
    // The spool fails at two megabytes; what fits into its memory fails when the file is written.
    for (const pad of ["20", "5000"]) {
      const size = pad === "20" ? "2000" : "1000";
      const { stdout } = await startProcess("bash", ["-c", limited, "bash", data, "w", "1", size, pad]).ended;
      expect(JSON.parse(stdout)).toEqual({
        batch: 0,
        error: "StoreError",
        message: `${store.fileOf("rows")} cannot be written: the file would be larger than the system allows`,
        hint: "free some space and try again; nothing was changed",
      });
      expect(readFileSync(store.fileOf("rows"))).toEqual(before);
      expect(readdirSync(data)).toEqual(["rows.jsonl"]);
    }
  },
);

test.runIf(process.platform !== "win32")("a folder that cannot be written is one clear error", async () => {
  const folder = temporaryFolder();
  await chmod(folder, 0o755);
  const file = await bundleMerger(folder, script);
  const data = join(folder, "datasets");
  await mkdir(data);
  writeFileSync(join(data, "rows.jsonl"), '{"inputs":{"text":"there"}}\n');
  await chmod(data, 0o555);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const { stdout } = await startProcess("node", [file, data, "w", "1", "1"], nobody).ended;
  expect(JSON.parse(stdout)).toEqual({
    batch: 0,
    error: "StoreError",
    message: `${join(data, "rows.jsonl")} cannot be written: permission denied`,
    hint: "make the folder writable, or name another one with --state",
  });
  await chmod(data, 0o755);
  writeFileSync(join(folder, "taken"), "");
  await expect(
    openDatasetStore({ folder: join(folder, "taken") }).merge("rows", [{ inputs: { text: "a" } }]),
  ).rejects.toMatchObject({
    code: "store_failed",
    message: `${join(folder, "taken", "rows.jsonl")} cannot be written: a file exists where a folder is needed`,
  });
  expect(existsSync(join(folder, "taken"))).toBe(true);
});
