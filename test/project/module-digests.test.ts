import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleDigests, modulesUsed } from "../../src/project/module-digests.ts";

test("lists the user's own scorers, engines, agents and providers once each", () => {
  const scorer = (use: string) => ({ use, options: {}, weight: 1 });
  const used = modulesUsed(
    [
      {
        agent: { key: "a", tools: [], run: { kind: "module", path: "./agent.js" } },
        optimizer: { use: "../engine.mjs" },
        scorers: [scorer("exact_match"), scorer("./mine.js")],
      },
      { agent: { key: "b", tools: [] }, optimizer: { use: "gepa" }, scorers: [scorer("./mine.js")] },
    ],
    ["openai", "./provider.js"],
  );
  expect(used).toEqual(["../engine.mjs", "./agent.js", "./mine.js", "./provider.js"]);
});

test("a digest covers the module's text and its relative imports, including cycles", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-modules-"));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const digest = async () => (await moduleDigests(["./a.js"], folder))["./a.js"];
  await write("a.js", 'import { b } from "./b.js";\nimport "node:fs";\nexport default b;');
  await write("b.js", 'import * as a from "./a.js";\nexport const b = 1;');
  await write("c.js", "export const c = 1;");
  const before = await digest();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  await write("c.js", "export const c = 2;");
  expect(await digest()).toBe(before);
  await write("b.js", 'import * as a from "./a.js";\nexport const b = 2;');
  const after = await digest();
  expect(after).not.toBe(before);
  await write("a.js", 'import { b } from "./b.js";\nexport default b + (await import("./c.js")).c;');
  const dynamic = await digest();
  await write("c.js", "export const c = 3;");
  expect(await digest()).not.toBe(dynamic);
});

test("a missing file has a digest too; loading it reports the error", async () => {
  expect(Object.keys(await moduleDigests(["./none.js"], tmpdir()))).toEqual(["./none.js"]);
});
