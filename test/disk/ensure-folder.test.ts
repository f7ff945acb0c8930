import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureFolder } from "../../src/disk/ensure-folder.ts";
import { temporaryFolder } from "../registry/temporary-folder.ts";

describe("ensureFolder", () => {
  let root: string;

  beforeEach(() => {
    root = temporaryFolder();
  });

  test("creates every missing folder, even with concurrent callers", async () => {
    for (let round = 0; round < 100; round++) {
      const folders = ["a/b/c", "a/b/d", "a/b/c", "a"].map((path) => join(root, String(round), path));
      await Promise.all(folders.map((folder) => ensureFolder(folder)));
      for (const folder of folders) expect(statSync(folder).isDirectory()).toBe(true);
    }
  });

  test("returns the outermost created folder, and keeps an existing one, also behind a link", async () => {
    expect(await ensureFolder(join(root, "a", "b", "c"))).toBe(join(root, "a"));
    expect(await ensureFolder(join(root, "a", "b", "d"))).toBe(join(root, "a", "b", "d"));
    expect(await ensureFolder(join(root, "a"))).toBeUndefined();
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    expect(await ensureFolder(join(root, "link"))).toBeUndefined();
    expect(await ensureFolder(join(root, "link", "below"))).toBe(join(root, "link", "below"));
    expect(statSync(join(root, "real", "below")).isDirectory()).toBe(true);
  });

  test("rejects if the path is a file or a broken link", async () => {
    writeFileSync(join(root, "file"), "");
    symlinkSync(join(root, "nowhere"), join(root, "link"));
    await expect(ensureFolder(join(root, "file"))).rejects.toThrow(/EEXIST/);
    await expect(ensureFolder(join(root, "file", "below"))).rejects.toThrow(/ENOTDIR/);
    await expect(ensureFolder(join(root, "link"))).rejects.toThrow(/EEXIST/);
    await expect(ensureFolder(join(root, "link", "below"))).rejects.toThrow(/EEXIST/);
  });

  test.runIf(process.platform === "linux")("ends where the system creates no folders", async () => {
    await expect(ensureFolder("/proc/dao-opt/below")).rejects.toThrow(/ENOENT/);
  });
});
