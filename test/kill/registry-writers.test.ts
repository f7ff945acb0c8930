import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { bundleWriter } from "../registry/writer-process.ts";
import { startProcess } from "../support/script-process.ts";

const writers = 8;
/** Fewer while at work on it: time grows with the square, as all file versions of one prompt. */
const upserts = Number(process.env["KILL_UPSERTS"] ?? 200);

const upsertScript = `
const [directory, writer, from, to] = process.argv.slice(2);
const registry = openRegistry(directory, { by: writer });
for (let at = Number(from); at < Number(to); at++) {
  const template = "text " + writer + "-" + at;
  const draft = { path: "main/shared", template, templateLanguage: "default", model: { model: "m" } };
  const { version } = await registry.upsert(draft);
  process.stdout.write(version.version + " " + at + "\\n");
}
`;

/** Kills a process a moment after so many lines of its own: at different places of what it does next. */
function killerAfter(lines: number): (child: ChildProcess) => void {
  let left = lines;
  return (child) => {
    left -= 1;
    if (left === 0) setTimeout(() => child.kill("SIGKILL"), Math.random() * 25);
  };
}

/** A writer that is killed again and again, and started again until it has filed everything. */
async function insistentWriter(
  file: string,
  directory: string,
  name: string,
  take: (number: number, text: string) => void,
) {
  let next = 0;
  let kills = 0;
  let errors = "";
  while (next < upserts) {
    const kill = killerAfter(5 + Math.floor(Math.random() * 30));
    const { ended } = startProcess("node", [file, directory, name, String(next), String(upserts)], {
      onLine(line, child) {
        const [number, at] = line.split(" ").map(Number);
        take(number ?? 0, `text ${name}-${at}`);
        next = (at ?? 0) + 1;
        kill(child);
      },
    });
    const { code, stderr } = await ended;
    errors += stderr;
    if (code === null) kills += 1;
    else if (code !== 0) break;
  }
  return { kills, errors, next };
}

test(`8 processes, ${upserts} upserts each, kill -9 at random moments: nothing confirmed is lost, no number twice, no gap`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "registry-kill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const directory = join(folder, "prompts");
  const file = await bundleWriter(folder, upsertScript);
  const confirmed = new Map<number, string>();
  const contradictions: string[] = [];
  const take = (number: number, text: string) => {
    const known = confirmed.get(number);
    if (known !== undefined && known !== text) contradictions.push(`${number}: ${known}, ${text}`);
    confirmed.set(number, text);
  };
  const names = Array.from({ length: writers }, (_, at) => `w${at}`);
  const ends = await Promise.all(names.map((name) => insistentWriter(file, directory, name, take)));
  expect(ends.map(({ errors }) => errors).join("")).toBe("");
  expect(ends.map(({ next }) => next)).toEqual(names.map(() => upserts));
  expect(ends.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThan(writers);
  expect(contradictions).toEqual([]);

  const registry = openRegistry(directory);
  const versions = await registry.history("main/shared");
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, at) => at + 1));
  // Every text once: a writer that was killed after filing and before saying so finds its version again.
  expect(new Set(versions.map(({ template }) => template)).size).toBe(writers * upserts);
  expect(versions).toHaveLength(writers * upserts);
  const filed = new Map(versions.map(({ version, template }) => [version, template]));
  for (const [number, text] of confirmed) expect(filed.get(number)).toBe(text);
  expect(await registry.verify()).toMatchObject({ ok: true, damage: [] });
}, 1_800_000);

const restlessScript = `
const [directory, writer, count] = process.argv.slice(2);
const registry = openRegistry(directory, { by: writer });
const own = (at) => "own/" + writer + "/p" + at;
const details = (template) => ({ template, templateLanguage: "default", model: { model: "m" } });
for (let at = 0; at < Number(count); at++) {
  const { version } = await registry.upsert({ path: own(at), ...details(writer + at) });
  await registry.upsert({ path: own(at), ...details(writer + at + " second"), versionName: "second" });
  process.stdout.write("made " + version.promptId + " " + own(at) + "\\n");
  process.stdout.write("moving " + version.promptId + " moved/" + writer + "/p" + at + "\\n");
  await registry.move(own(at), "moved/" + writer + "/p" + at);
  process.stdout.write("moved " + version.promptId + " moved/" + writer + "/p" + at + "\\n");
  await registry.deleteVersion(version.promptId + "@2");
  if (at % 3 === 0) {
    process.stdout.write("deleting " + version.promptId + "\\n");
    await registry.deletePrompt(version.promptId);
    process.stdout.write("deleted " + version.promptId + "\\n");
  }
}
`;

test("moves and deletions killed at random moments leave every prompt whole, at one place", async () => {
  const folder = mkdtempSync(join(tmpdir(), "registry-kill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const directory = join(folder, "prompts");
  const file = await bundleWriter(folder, restlessScript);
  const registry = openRegistry(directory);
  /** Prompt → where it may be by the last output of its writer; null for gone. */
  const places = new Map<string, readonly (string | null)[]>();
  const track = (line: string) => {
    const [word, id = "", path = ""] = line.split(" ");
    if (word === "made" || word === "moved") places.set(id, [path]);
    if (word === "moving") places.set(id, [...(places.get(id) ?? []), path]);
    if (word === "deleting") places.set(id, [...(places.get(id) ?? []), null]);
    if (word === "deleted") places.set(id, [null]);
  };
  for (let round = 0; round < 30; round++) {
    const runs = ["a", "b", "c"].map((name) => {
      const kill = killerAfter(1 + Math.floor(Math.random() * 14));
      return startProcess("node", [file, directory, name + round, "40"], {
        onLine(line, child) {
          track(line);
          kill(child);
        },
      });
    });
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    expect(ends.map(({ stderr }) => stderr).join("")).toBe("");
    expect((await registry.verify()).damage).toEqual([]);
  }
  const listed = new Map((await registry.list()).map(({ promptId, path }) => [promptId, path]));
  for (const [id, allowed] of places) expect(allowed).toContain(listed.get(id) ?? null);
  expect(places.size).toBeGreaterThan(60);
  // The next writer ends what the last one left.
  await registry.addEnvironment("staging");
  expect(await registry.verify({ repair: true })).toMatchObject({ ok: true });
  const { ok, notes } = await registry.verify();
  // A first version that was not filed leaves its prompt.yaml, which counts for nothing.
  expect([ok, notes.filter(({ file }) => !/^own\/.*\/prompt\.yaml$/.test(file))]).toEqual([true, []]);
});
