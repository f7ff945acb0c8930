import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let root: string;
let registry: PromptArchive;
const index = () => join(root, ".cache/ids.json");
const unknown = `prv_${"A".repeat(21)}`;

/** Folders as of long ago, so that what is read of them can be noted. */
function age(folder: string): void {
  utimesSync(folder, new Date("2026-01-01"), new Date("2026-01-01"));
}

beforeEach(async () => {
  root = join(temporaryFolder(), "prompts");
  registry = openRegistry(root);
  await registry.upsert(draft({ path: "one" }));
  await registry.upsert(draft({ path: "one", template: "2" }));
});

/** Enough folders for an index to be worth its writing. */
function fill(): void {
  for (let at = 0; at < 320; at++) {
    const folder = join(root, `many/p${at}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "prompt.yaml"), `id: pr_many${at}\ncreated_at: 2026-11-20T10:00:00.000Z\n`);
    writeFileSync(
      join(folder, "v1.yaml"),
      `version: 1\nversion_id: prv_many${at}\ndigest: ${"a".repeat(64)}\ncreated_at: 2026-11-20T10:00:00.000Z\n`,
    );
    age(folder);
  }
  for (const folder of [join(root, "many"), join(root, "one"), root]) age(folder);
}

test("a small registry gets no index", async () => {
  expect(await registry.find(unknown)).toBeUndefined();
  expect(existsSync(join(root, ".cache"))).toBe(false);
});

test("ids are found with and without the index, which git ignores and verify accepts", async () => {
  fill();
  const [first, second] = await registry.history("one");
  for (let round = 0; round < 2; round++) {
    expect(await registry.find(unknown)).toBeUndefined();
    expect((await registry.get(second?.versionId ?? "")).version).toBe(2);
    expect((await registry.get(`${first?.promptId}@1`)).version).toBe(1);
    expect((await registry.prompt("pr_many7")).path).toBe("many/p7");
    expect(existsSync(index())).toBe(true);
  }
  expect(readFileSync(join(root, ".cache/.gitignore"), "utf8")).toBe("*\n");
  expect((await registry.verify()).damage.some(({ file }) => file.startsWith(".cache"))).toBe(false);
});

test("changes after the index was written are seen: new versions, moves, deletions", async () => {
  fill();
  await registry.find(unknown);
  const { version } = await registry.upsert(draft({ path: "one", template: "3" }));
  expect((await registry.get(version.versionId)).version).toBe(3);
  await registry.move("one", "many/deeper/one");
  expect((await registry.get(version.versionId)).path).toBe("many/deeper/one");
  await registry.deleteVersion(version.versionId);
  expect(await registry.find(version.versionId)).toBeUndefined();
  await registry.deletePrompt(version.promptId);
  expect(await registry.find(version.promptId)).toBeUndefined();
});

test.each([
  "",
  "{",
  "[]",
  '{"format":2,"folders":{}}',
  '{"format":1,"folders":{"":[1,["../../etc"],[]]}}',
  '{"format":1,"folders":{"":["x",3,4],"one":[0,[],[5]]}}',
])("an invalid index (%s) is ignored", async (text) => {
  fill();
  const { versionId } = await registry.get("one");
  mkdirSync(join(root, ".cache"));
  writeFileSync(index(), text);
  expect((await registry.get(versionId)).path).toBe("one");
});

test("index entries without a file are ignored", async () => {
  fill();
  await registry.find(unknown);
  writeFileSync(index(), readFileSync(index(), "utf8").replaceAll("prv_many7", unknown));
  expect(await registry.find(unknown)).toBeUndefined();
});
