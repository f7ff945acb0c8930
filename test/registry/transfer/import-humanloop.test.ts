import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, UsageError } from "../../../src/core/errors.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { openTransfer } from "../../../src/registry/transfer/open-transfer.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeHumanloopExport } from "./humanloop-export.ts";

function world() {
  const root = temporaryFolder();
  const directory = join(root, "prompts");
  return {
    root,
    folder: writeHumanloopExport(root),
    registry: openRegistry(directory),
    transfer: openTransfer(directory),
  };
}

test("Humanloop's export is imported with its ids, in the order of its versions", async () => {
  const { registry, transfer, folder } = world();
  const report = await transfer.importHumanloop(folder);
  expect(report).toEqual({
    added: ["R-D- drafts/2-prompt", "Customer support/Triage"],
    extended: [],
    unchanged: [],
    versions: 3,
    deployments: 2,
    notes: [
      "R&D: drafts/2 is imported as R-D- drafts/2-prompt, because its name is not a valid path",
      'R-D- drafts/2-prompt: the version name "12" is not valid here and is dropped',
      "skipped files that are not prompts: 1 of type tool",
    ],
  });
  const [first, second] = await registry.history("Customer support/Triage");
  expect(first).toMatchObject({
    version: 1,
    promptId: "pr_TRIAGEAAAAAAAAAAAAAAA",
    versionId: "prv_FIRSTAAAAAAAAAAAAAAAA",
    createdAt: "2024-05-01T12:13:51.110Z",
    createdBy: "ada@example.com",
    environments: ["production"],
    template: [{ role: "system", content: "Answer about {{topic}}" }],
  });
  expect(second).toMatchObject({
    version: 2,
    versionId: "prv_SECONDAAAAAAAAAAAAAAA",
    versionName: "v2.0 (final)",
    versionDescription: "colder",
    environments: ["staging"],
    model: {
      temperature: 0.2,
      attributes: { linked_tools: [{ id: "tl_A", version_id: "tv_A" }] },
      tools: [{ name: "look_up", description: "finds", strict: false, parameters: { type: "object" } }],
    },
  });
  expect(second?.template[1]).toMatchObject({
    parts: [{ type: "image_url", image_url: { url: "{{picture}}" } }],
  });
  expect(await registry.prompt("pr_TRIAGEAAAAAAAAAAAAAAA")).toMatchObject({
    description: "sorts mail",
    tags: { mail: "" },
    readme: "# Triage",
    environments: { production: 1, staging: 2 },
  });
  expect((await registry.environmentRecords()).map(({ id, name }) => [id, name])).toEqual([
    ["env_PRODAAAAAAAAAAAAAAAAA", "production"],
    ["env_STAGAAAAAAAAAAAAAAAAA", "staging"],
  ]);
  expect((await registry.get("prv_SECONDAAAAAAAAAAAAAAA")).version).toBe(2);
  expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
});

test("known details map to their Humanloop version; new ones get the next number", async () => {
  const { registry, transfer, folder } = world();
  await transfer.importHumanloop(folder);
  const template = [{ role: "system", content: "Answer about {{topic}}" }];
  const known = { path: "Customer support/Triage", template, templateLanguage: "default" } as const;
  expect(await registry.upsert({ ...known, model: { model: "gpt-4o" } })).toMatchObject({
    isNew: false,
    version: { versionId: "prv_FIRSTAAAAAAAAAAAAAAAA" },
  });
  expect(await registry.upsert({ ...known, model: { model: "gpt-5" } })).toMatchObject({
    isNew: true,
    version: { version: 3 },
  });
});

test("importing the folder again, or its parent or child, changes nothing", async () => {
  const { registry, transfer, folder } = world();
  await transfer.importHumanloop(folder);
  const before = await registry.list();
  for (const place of [folder, dirname(folder), join(folder, "files")]) {
    expect(await transfer.importHumanloop(place)).toMatchObject({ added: [], extended: [], versions: 0 });
  }
  expect(await registry.list()).toEqual(before);
});

test("a folder that is no export, several exports, and unreadable files are errors", async () => {
  const { transfer, folder, root, registry } = world();
  await expect(transfer.importHumanloop(root)).rejects.toBeInstanceOf(UsageError);
  const other = join(dirname(folder), "20250902-101500", "files", "pr_X");
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, "file.json"), "{");
  await expect(transfer.importHumanloop(dirname(folder))).rejects.toThrow(/holds 2 exports/);
  writeFileSync(join(folder, "files", "pr_ODDAAAAAAAAAAAAAAAAAA", "versions", "prv_X"), '{"model":3}');
  const error: unknown = await transfer.importHumanloop(folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).issues.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["model", "path", "version_id"]),
  );
  expect(await registry.list()).toEqual([]);
});
