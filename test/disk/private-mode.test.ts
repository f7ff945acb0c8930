import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { openFolderAnswers } from "../../src/run/answers/folder-answers.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";

/** Folders and files below a folder, with their modes. */
function modesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${entry.isDirectory() ? "folder" : "file"} ${(statSync(path).mode & 0o777).toString(8)}`;
  });
}

test.each([0o022, 0o000, 0o077])(
  "stored prompts and answers are private to their owner, umask %o",
  async (umask) => {
    const before = process.umask(umask);
    onTestFinished(() => void process.umask(before));
    const state = join(mkdtempSync(join(tmpdir(), "dao-opt-modes-")), "deep", ".dao-opt");
    onTestFinished(() => rmSync(join(state, "..", ".."), { recursive: true, force: true }));
    const traces = openTraceStore({ folder: join(state, "traces") });
    traces.append({ traceId: "t", startedAt: "2026-01-01T00:00:00.000Z" });
    traces.addFeedback("t", { rating: 1, at: "2026-01-01T00:00:00.000Z" });
    await traces.close();
    await openDatasetStore({ folder: join(state, "datasets") }).merge("d", [{ inputs: { a: "x" } }]);
    const cache = openFolderAnswers(join(state, "cache"));
    cache.put("ab01", { kind: "x" } as never);
    await cache.flush();
    await openRunStore(state).create({} as never, { configPath: "config.yaml", now: new Date(), salt: "s" });
    const modes = modesBelow(join(state, "..", ".."));
    expect([...new Set(modes)].sort()).toEqual(["file 600", "folder 700"]);
    expect(modes.filter((mode) => mode.startsWith("file")).length).toBeGreaterThanOrEqual(5);
  },
);
