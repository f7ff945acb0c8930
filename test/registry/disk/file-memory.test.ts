import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFileMemory, type FileMemory } from "../../../src/registry/disk/file-memory.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let folder: string;
let file: string;
let remembered: FileMemory;
let reads: number;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, "a.txt");
  remembered = createFileMemory();
  reads = 0;
  // Files have had time to settle.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ask = (path = file) =>
  remembered(path, () => {
    reads += 1;
    return readFileSync(path, "utf8");
  });

describe("a cached file", () => {
  test("is kept while the file is unchanged", () => {
    writeFileSync(file, "one");
    expect([ask(), ask(), ask(), reads]).toEqual(["one", "one", "one", 1]);
  });

  test("is read again after an edit of the same length with the old modification time", () => {
    writeFileSync(file, "one");
    const long = new Date("2020-01-01");
    utimesSync(file, long, long);
    expect(ask()).toBe("one");
    writeFileSync(file, "two");
    utimesSync(file, long, long);
    expect(ask()).toBe("two");
  });

  test("is read again after the file was replaced", () => {
    writeFileSync(file, "one");
    expect(ask()).toBe("one");
    writeFileSync(`${file}.new`, "two");
    renameSync(`${file}.new`, file);
    expect(ask()).toBe("two");
  });

  test("is dropped with the file, and missing files are not cached", () => {
    writeFileSync(file, "one");
    ask();
    rmSync(file);
    expect(() => ask()).toThrow("ENOENT");
    expect(remembered(join(file, "below"), () => "nothing")).toBe("nothing");
    expect(remembered(join(file, "below"), () => "something")).toBe("something");
    writeFileSync(file, "two");
    expect(ask()).toBe("two");
  });

  test("is not kept while a change could go unnoticed", () => {
    vi.setSystemTime(Date.now() - 10_000);
    writeFileSync(file, "one");
    expect([ask(), ask(), reads]).toEqual(["one", "one", 2]);
  });

  test("is not kept for a link, because its target can change", () => {
    writeFileSync(file, "one");
    const link = join(folder, "link");
    symlinkSync(file, link);
    expect(ask(link)).toBe("one");
    writeFileSync(file, "two");
    expect(ask(link)).toBe("two");
  });

  test("is not kept if reading fails", () => {
    writeFileSync(file, "one");
    const failing = () => {
      throw new Error("no");
    };
    expect(() => remembered(file, failing)).toThrow("no");
    expect(ask()).toBe("one");
  });

  test("is evicted, oldest first, above the size limit", () => {
    writeFileSync(file, "one");
    ask();
    for (const name of ["b", "c", "d"]) {
      writeFileSync(join(folder, name), Buffer.alloc(20_000_000));
      remembered(join(folder, name), () => name);
    }
    ask();
    expect(reads).toBe(2);
  });
});

test("an open registry sees what others write, by tools and by hand", async () => {
  const directory = join(folder, "prompts");
  const writer = openRegistry(directory);
  const draft = { templateLanguage: "default", model: { model: "m" } } as const;
  const { version } = await writer.upsert({ ...draft, path: "a/b", template: "one" });
  const reader = openRegistry(directory);
  const settle = () => vi.setSystemTime(Date.now() + 10_000);
  const seen = async () =>
    (await reader.list()).map(({ path, latest, description, environments }) => ({
      path,
      latest,
      description,
      environments,
    }));
  settle();
  expect(await seen()).toEqual([{ path: "a/b", latest: 1, environments: { production: 1 } }]);
  expect(await seen()).toHaveLength(1);

  writeFileSync(
    join(directory, "a/b/prompt.yaml"),
    `id: ${version.promptId}\ncreated_at: ${version.createdAt}\ndescription: by hand\n`,
  );
  await writer.upsert({ ...draft, path: "a/b", template: "two" });
  await writer.deploy("a/b@2", "production");
  mkdirSync(join(directory, "empty"));
  await writer.upsert({ ...draft, path: "c", template: "three" });
  settle();
  expect(await seen()).toEqual([
    { path: "a/b", latest: 2, description: "by hand", environments: { production: 2 } },
    { path: "c", latest: 1, environments: { production: 1 } },
  ]);
  const { promptId } = version;
  const second = await writer.get("a/b@2");
  expect(await reader.get(promptId)).toMatchObject({ path: "a/b", version: 2 });
  expect(await reader.get(second.versionId)).toMatchObject({ path: "a/b", version: 2 });
  await writer.deleteVersion("a/b@1");
  await writer.move("a/b", "z");
  // Found by its id where it is now, not where it was.
  expect(await reader.get(promptId)).toMatchObject({ path: "z", version: 2 });
  expect(await reader.get(second.versionId)).toMatchObject({ path: "z", version: 2 });
  await expect(reader.get(version.versionId)).rejects.toThrow();
  await writer.deletePrompt("c");
  settle();
  expect(await seen()).toEqual([
    { path: "z", latest: 2, description: "by hand", environments: { production: 2 } },
  ]);
  await expect(reader.get("z@1")).rejects.toThrow();
  expect(await reader.get("z")).toMatchObject({ version: 2, template: "two" });
});
