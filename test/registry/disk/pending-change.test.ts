import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import { RegistryError } from "../../../src/core/errors.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let directory: string;
let registry: PromptArchive;
let id: string;
const source = () => join(directory, "old/place");
const target = () => join(directory, "new");
const pending = () => join(directory, ".pending.yaml");

beforeEach(async () => {
  directory = join(temporaryFolder(), "prompts");
  registry = openRegistry(directory, { by: "ada" });
  await registry.upsert(draft({ path: "old/place" }));
  await registry.upsert(draft({ path: "old/place", template: "2" }));
  await registry.upsert(draft({ path: "old/place/below" }));
  id = (await registry.get("old/place")).promptId;
});

/** The steps of a move in their order, each done by hand: a writer can die after any of them. */
const moveSteps: readonly [name: string, step: () => void][] = [
  [
    "its journal",
    () => writeFileSync(pending(), `operation: move\nprompt_id: ${id}\nfrom: old/place\nto: new\n`),
  ],
  ["the new folder", () => mkdirSync(target())],
  ["one version", () => linkSync(join(source(), "v1.yaml"), join(target(), "v1.yaml"))],
  [
    "all versions",
    () => {
      for (const name of ["v1.prompt", "v2.prompt", "v2.yaml", "deployments.jsonl"]) {
        linkSync(join(source(), name), join(target(), name));
      }
    },
  ],
  [
    "prompt.yaml",
    () => {
      linkSync(join(source(), "prompt.yaml"), join(target(), "prompt.yaml"));
      rmSync(join(source(), "prompt.yaml"));
    },
  ],
  ["a part of the old files", () => rmSync(join(source(), "v1.yaml"))],
];

describe.each(moveSteps.map(([name], at) => [name, at] as const))("a move killed after %s", (_, at) => {
  const isMoved = at >= 4;
  const place = isMoved ? "new" : "old/place";
  beforeEach(() => {
    for (const [, step] of moveSteps.slice(0, at + 1)) step();
  });

  const expectWhole = async (path: string) => {
    expect((await registry.history(path)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await registry.list()).map((one) => one.path)).toEqual([path, "old/place/below"].sort());
    expect((await registry.deployments(path)).length).toBe(1);
  };

  test("leaves a prompt at one path, and a note", async () => {
    await expectWhole(place);
    expect(await registry.verify()).toEqual({
      ok: true,
      damage: [],
      notes: [
        {
          file: ".pending.yaml",
          message: "the move of old/place to new is unfinished; the next writer finishes it",
        },
      ],
    });
  });

  test("is finished by the next writer", async () => {
    await registry.addEnvironment("staging");
    await expectWhole("new");
    expect(readdirSync(source())).toEqual(["below"]);
    expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
  });

  test("is finished by verify --repair", async () => {
    const { ok, notes } = await registry.verify({ repair: true });
    expect([ok, notes.map(({ message }) => message)]).toEqual([
      true,
      ["the move of old/place to new was finished"],
    ]);
    await expectWhole("new");
    expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
  });
});

const deletionSteps: readonly [name: string, step: () => void][] = [
  ["its journal", () => writeFileSync(pending(), `operation: delete\nprompt_id: ${id}\nfrom: old/place\n`)],
  ["prompt.yaml", () => rmSync(join(source(), "prompt.yaml"))],
  ["a part of the files", () => rmSync(join(source(), "v1.yaml"))],
];

describe.each(deletionSteps.map(([name], at) => [name, at] as const))(
  "a deletion killed after %s",
  (_, at) => {
    beforeEach(() => {
      for (const [, step] of deletionSteps.slice(0, at + 1)) step();
    });

    test("leaves a registry without damage", async () => {
      expect((await registry.verify()).damage).toEqual([]);
      expect(await registry.list()).toHaveLength(at === 0 ? 2 : 1);
    });

    test.each(["upsert", "repair"])("is finished by the next %s", async (way) => {
      if (way === "repair") await registry.verify({ repair: true });
      else await registry.upsert(draft({ path: "another" }));
      expect(readdirSync(source())).toEqual(["below"]);
      expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
    });
  },
);

describe("changes after the kill by git or by hand", () => {
  test("a move is abandoned if its new path was taken", async () => {
    moveSteps[0]?.[1]();
    mkdirSync(target());
    writeFileSync(join(target(), "prompt.yaml"), "id: pr_other\ncreated_at: 2026-11-20T10:00:00.000Z\n");
    await registry.addEnvironment("staging");
    expect(existsSync(pending())).toBe(false);
    expect((await registry.history("old/place")).length).toBe(2);
  });

  test("a move is abandoned if its new path differs from a folder only by case", async () => {
    moveSteps[0]?.[1]();
    mkdirSync(join(directory, "New"));
    await registry.addEnvironment("staging");
    expect(existsSync(pending())).toBe(false);
    expect((await registry.history("old/place")).length).toBe(2);
  });

  test("a prompt recreated at a deleted path is kept", async () => {
    deletionSteps[0]?.[1]();
    const text = "id: pr_other\ncreated_at: 2026-11-20T10:00:00.000Z\n";
    writeFileSync(join(source(), "prompt.yaml"), text);
    await registry.addEnvironment("staging");
    expect((await registry.history("old/place")).length).toBe(2);
  });

  test("an unreadable journal, or one that leads out of the registry, is damage until it is set aside", async () => {
    for (const text of ["[", "operation: move\nprompt_id: x\nfrom: ../../etc\nto: a\n"]) {
      writeFileSync(pending(), text);
      expect((await registry.verify()).damage.map(({ file }) => file)).toEqual([".pending.yaml"]);
      await expect(registry.addEnvironment("staging")).rejects.toBeInstanceOf(RegistryError);
      expect((await registry.verify({ repair: true })).ok).toBe(true);
      expect((await registry.verify()).ok).toBe(true);
    }
  });
});

test("leftovers of a killed version deletion are a note that --repair sets aside", async () => {
  const text = "left by a killed writer";
  await registry.deleteVersion("old/place@2");
  writeFileSync(join(source(), "v2.prompt"), text);
  expect(await registry.verify()).toEqual({
    ok: true,
    damage: [],
    notes: [
      {
        file: "old/place/v2.prompt",
        message: "version 2 was deleted, but an interrupted writer left its text",
      },
    ],
  });
  await registry.verify({ repair: true });
  expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
});

test("leftovers at a prompt's new path are set aside before the move", async () => {
  mkdirSync(target());
  writeFileSync(join(target(), "v1.prompt"), "left by a killed writer");
  await registry.move("old/place", "new");
  expect((await registry.get("new@1")).template).toBe(draft().template);
  expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
});
