import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { makeFolder } from "../../src/disk/make-folder.ts";
import { temporaryFolder } from "../registry/temporary-folder.ts";

describe("makeFolder", () => {
  let root: string;

  beforeEach(() => {
    root = temporaryFolder();
  });

  test("makes every folder that is missing, and names the outermost", () => {
    expect(makeFolder(join(root, "a", "b", "c"))).toBe(join(root, "a"));
    expect(statSync(join(root, "a", "b", "c")).isDirectory()).toBe(true);
    expect(makeFolder(join(root, "a", "b", "d"))).toBe(join(root, "a", "b", "d"));
  });

  test("leaves a folder that is there, also behind a link", () => {
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    expect(makeFolder(join(root, "link"))).toBeUndefined();
    expect(makeFolder(join(root, "link", "below"))).toBe(join(root, "link", "below"));
    expect(existsSync(join(root, "real", "below"))).toBe(true);
  });

  test("throws the system's error where a file or a link that leads nowhere stands", () => {
    writeFileSync(join(root, "file"), "");
    symlinkSync(join(root, "nowhere"), join(root, "link"));
    expect(() => makeFolder(join(root, "file"))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(root, "file", "below"))).toThrow(/ENOTDIR|EEXIST/);
    expect(() => makeFolder(join(root, "link"))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(root, "link", "below"))).toThrow(/EEXIST/);
  });

  test.runIf(process.platform === "linux")("ends where the system makes no folders", () => {
    expect(() => makeFolder("/proc/dao-opt/below")).toThrow(/ENOENT/);
  });
});
