import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pathsBelow, registryFailure } from "./registry-folder.ts";

let root: string;
beforeEach(() => {
  root = join(temporaryFolder(), "prompts");
});

const everything = () => pathsBelow(root);

describe("a broken link in place of the registry", () => {
  test("is one clear error with a fix, for readers and writers", async () => {
    symlinkSync(join(root, "../nowhere/x"), root);
    const registry = openRegistry(root);
    const asked = {
      read: [
        () => registry.list(),
        () => registry.get("a/b"),
        () => registry.environments(),
        () => registry.verify(),
        () => registry.verify({ repair: true }),
      ],
      written: [() => registry.upsert(draft())],
    };
    for (const [verb, asks] of Object.entries(asked)) {
      for (const ask of asks) {
        expect(await registryFailure(ask())).toMatchObject({
          message: `${root} cannot be ${verb}: it is a broken link`,
          hint: "create the link's target, remove the link, or choose another folder with --registry",
        });
      }
    }
  });

  test("is named if it is above the registry", async () => {
    symlinkSync(join(root, "../nowhere/x"), root);
    const { message } = await registryFailure(openRegistry(join(root, "below")).list());
    expect(message).toBe(`${root}/below cannot be read: ${root} is a broken link`);
  });
});

test("a file in place of the registry is an error when reading settings too", async () => {
  writeFileSync(root, "");
  const { message } = await registryFailure(openRegistry(root).environments());
  expect(message).toBe(`${root} cannot be read: a parent folder is a file`);
});

test.runIf(process.platform === "linux")(
  "a folder that the system does not make ends in an error",
  async () => {
    const { message, hint } = await registryFailure(openRegistry("/proc/dao-opt/prompts").upsert(draft()));
    expect(message).toBe("/proc/dao-opt/prompts cannot be written: the system does not allow a folder there");
    expect(hint).toBe("choose another folder with --registry");
  },
);

describe("a registry written by a newer version", () => {
  const message = () =>
    `${root}/registry.yaml has format 2 from a newer dao-opt; this version reads format 1`;
  beforeEach(async () => {
    await openRegistry(root).upsert(draft({ path: "a/b" }));
    // Whatever else it holds.
    writeFileSync(join(root, "registry.yaml"), "format: 2\nstages: {}\n");
  });

  test("is rejected by every reader and writer with the same message", async () => {
    const asks = [
      (one = openRegistry(root)) => one.list(),
      (one = openRegistry(root)) => one.get("a/b"),
      (one = openRegistry(root)) => one.find("a/b"),
      (one = openRegistry(root)) => one.get("pr_000000000000000000000"),
      (one = openRegistry(root)) => one.history("a/b"),
      (one = openRegistry(root)) => one.deployments("a/b"),
      (one = openRegistry(root)) => one.environments(),
      (one = openRegistry(root)) => one.upsert(draft({ path: "a/c" })),
      (one = openRegistry(root)) => one.deploy("a/b", "production"),
    ];
    for (const ask of asks) {
      expect(await registryFailure(ask())).toMatchObject({ message: message(), hint: "update dao-opt" });
    }
  });

  test("is unchanged by a repair, which reports nothing else", async () => {
    mkdirSync(join(root, "not a@path"));
    writeFileSync(join(root, ".pending.yaml"), "operation: new\n");
    const before = everything();
    for (const repair of [false, true]) {
      expect(await openRegistry(root).verify({ repair })).toEqual({
        ok: false,
        damage: [{ file: "registry.yaml", message: `${message()}; update dao-opt`, isByHand: true }],
        notes: [],
      });
    }
    expect(everything()).toEqual(before);
  });
});

test("with damaged settings, environments are still known and prompts are still readable", async () => {
  const registry = openRegistry(root);
  await registry.upsert(draft({ path: "a/b" }));
  writeFileSync(join(root, "registry.yaml"), "format: 1\nenvironments: 7\n");
  expect(await registry.list()).toHaveLength(1);
  const { damage, notes } = await registry.verify();
  expect(damage.map(({ file }) => file)).toEqual(["registry.yaml"]);
  expect(notes).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "of two prompts that differ by case a person moves one, as verify says",
  async () => {
    const registry = openRegistry(root);
    await registry.upsert(draft({ path: "p/b" }));
    cpSync(join(root, "p/b"), join(root, "p/B"), { recursive: true });
    const id = join(root, "p/B/prompt.yaml");
    writeFileSync(id, readFileSync(id, "utf8").replace(/^id: .*/m, "id: pr_000000000000000000000"));
    for (const repair of [false, true]) {
      expect((await registry.verify({ repair })).damage).toEqual([
        {
          file: "p/b",
          message:
            'it differs only by case from "B"; rename one of them, for example with: dao-opt registry move "p/b" NEW-PATH',
          isByHand: true,
        },
      ]);
    }
    await registry.move("p/b", "p/c");
    expect(await registry.verify()).toMatchObject({ ok: true });
    expect(existsSync(join(root, "p/B"))).toBe(true);
  },
);
