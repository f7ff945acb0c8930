import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { walkPrompts } from "../../../src/registry/disk/walk-prompts.ts";

test.each([0, 1, 2, 3])("a walk lets other work run, wherever its folders begin (%i)", async (before) => {
  const names = Array.from({ length: 1000 }, (_, at) => `p${String(at).padStart(4, "0")}`);
  const first = Array.from({ length: before }, (_, at) => `a${at}`);
  const list = (path: string) => {
    if (path === "") return { folders: [...first, "team"], numbers: [] };
    if (path === "team") return { folders: names, numbers: [] };
    return { folders: [], numbers: path.startsWith("team/") ? [1] : [] };
  };
  let turns = 0;
  let isWalking = true;
  const other = (async () => {
    while (isWalking) {
      await nextTurn();
      turns++;
    }
  })();
  const found: string[] = [];
  for await (const { path } of walkPrompts(list)) found.push(path);
  isWalking = false;
  await other;
  expect(found).toEqual(names.map((name) => `team/${name}`));
  expect(turns).toBeGreaterThan(10);
});
