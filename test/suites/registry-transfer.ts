import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../src/contracts/registry.ts";
import { ConfigError, ConflictError } from "../../src/core/errors.ts";
import type { RegistryTransfer } from "../../src/registry/transfer/open-transfer.ts";
import { draft } from "./prompt-registry.ts";

export interface OpenedRegistry {
  readonly registry: PromptArchive;
  readonly transfer: RegistryTransfer;
}

/** Export and import, whatever the storage of the registries. */
export function registryTransferSuite(name: string, open: () => OpenedRegistry): void {
  describe(name, () => {
    let from: OpenedRegistry;
    let to: OpenedRegistry;
    const textOf = async ({ transfer }: OpenedRegistry) => {
      let text = "";
      for await (const piece of transfer.export()) text += piece;
      return text;
    };
    const carry = async () => to.transfer.importDocument(await textOf(from), "all.json");
    const refusal = async (text: Promise<string> | string) => {
      const before = await textOf(to);
      const error: unknown = await to.transfer.importDocument(await text, "all.json").then(
        () => expect.unreachable("it was expected to be refused"),
        (reason: unknown) => reason,
      );
      expect(await textOf(to)).toBe(before);
      return error as Error;
    };

    beforeEach(async () => {
      from = open();
      to = open();
      const { registry } = from;
      await registry.upsert(
        draft({ path: "a/one", description: "d", tags: { team: "x" }, readme: "# r", versionName: "first" }),
      );
      await registry.upsert(
        draft({
          path: "a/one",
          template: [
            { role: "system", content: "Two" },
            { role: "user", content: "see", parts: [{ type: "text", text: "see" }] },
          ],
          versionDescription: "why",
          origin: { engine: "gepa", gate: "improved", models: { target: "m" } },
        }),
      );
      await registry.upsert(draft({ path: "a/one", template: "Three" }));
      await registry.deploy("a/one@2", "staging", { note: "trial" });
      await registry.deleteVersion("a/one@3");
      await registry.upsert(draft({ path: "b", template: "" }));
      await registry.undeploy("b", "production");
      await registry.addEnvironment("unused");
    });

    test("an empty registry equals the exported one after an import, ids included", async () => {
      const report = await carry();
      expect(report).toEqual({
        added: ["a/one", "b"],
        extended: [],
        unchanged: [],
        versions: 4,
        deployments: 4,
        notes: [],
      });
      expect(await textOf(to)).toBe(await textOf(from));
      expect(await to.registry.history("a/one")).toEqual(await from.registry.history("a/one"));
      expect(await to.registry.environmentRecords()).toEqual(await from.registry.environmentRecords());
      expect(await to.registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      expect((await to.registry.upsert(draft({ path: "a/one", template: "4" }))).version.version).toBe(4);
    });

    test("repeating the import changes nothing", async () => {
      await carry();
      expect(await carry()).toMatchObject({
        added: [],
        extended: [],
        unchanged: ["a/one", "b"],
        versions: 0,
      });
      expect(await textOf(to)).toBe(await textOf(from));
    });

    test("newer versions are added", async () => {
      await carry();
      await from.registry.upsert(draft({ path: "a/one", template: "Four", versionName: "fourth" }));
      await from.registry.deploy("a/one@4", "production");
      await from.registry.upsert(draft({ path: "a/one", template: "Five" }));
      await from.registry.deleteVersion("a/one@5");
      await from.registry.upsert(draft({ path: "c" }));
      expect(await carry()).toMatchObject({
        added: ["c"],
        extended: ["a/one"],
        unchanged: ["b"],
        versions: 3,
      });
      expect(await textOf(to)).toBe(await textOf(from));
      expect((await to.registry.verify()).damage).toEqual([]);
    });

    test("a registry keeps its own prompts and environments", async () => {
      await to.registry.upsert(draft({ path: "mine" }));
      await to.registry.addEnvironment("canary");
      await carry();
      expect((await to.registry.list()).map(({ path }) => path)).toEqual(["a/one", "b", "mine"]);
      expect(await to.registry.environments()).toEqual(["production", "canary", "staging", "unused"]);
      expect((await to.registry.get("a/one@staging")).version).toBe(2);
    });

    test("a prompt moved here keeps its path, and forks are reported", async () => {
      await carry();
      await to.registry.move("b", "moved/b");
      await to.registry.deploy("a/one@1", "staging");
      await from.registry.deploy("a/one@1", "unused");
      await to.registry.describeVersion("a/one@2", { versionName: "mine" });
      expect((await carry()).notes).toEqual([
        "version 2 of a/one stays as it is here: the file has another versionName",
        "the environments of a/one stay as they are here: the histories differ",
        "b is at moved/b here and stays there",
      ]);
    });

    test("all conflicts are reported together, and nothing is written", async () => {
      await carry();
      await to.registry.upsert(draft({ path: "a/one", template: "mine" }));
      await from.registry.upsert(draft({ path: "a/one", template: "theirs" }));
      await from.registry.upsert(draft({ path: "c" }));
      await to.registry.upsert(draft({ path: "c" }));
      await from.registry.upsert(draft({ path: "Twin/x" }));
      await to.registry.upsert(draft({ path: "twin/y" }));
      const error = await refusal(textOf(from));
      expect(error).toBeInstanceOf(ConflictError);
      expect(error.message.split("\n").sort()).toEqual([
        "  Twin differs only by case from twin",
        "  there is another prompt at c with a different id",
        "  version 4 of a/one differs from the file",
        "nothing was imported:",
      ]);
    });

    test("a name that is an environment here is rejected", async () => {
      await to.registry.addEnvironment("first");
      await to.registry.addEnvironment("b");
      const { message } = await refusal(textOf(from));
      expect(message).toContain('invalid version name "first": it is the environment first');
      expect(message).toContain('invalid prompt path "b"');
    });

    test("a file with invalid data is rejected as a whole", async () => {
      const text = await textOf(from);
      const changed = text
        .replace('"path":"b"', '"path":"../b"')
        .replace('"version":2,', '"version":7,')
        .replace('"template":""', '"template":"changed"');
      const { message } = await refusal(changed);
      expect(message).toContain('invalid prompt path "../b"');
      expect(message).toContain("a/one: version 2 is missing or out of order");
      expect(message).toContain("../b@1: its details do not match its digest");
      for (const [broken, words] of [
        ["{", "it is not JSON"],
        ["{}", "dao_opt_registry"],
        [text.replace('"dao_opt_registry":1', '"dao_opt_registry":2'), "dao_opt_registry"],
        [text.replaceAll('"digest":"', '"digest":"x'), "digest"],
        [text.replace('"environments":', '"surprise":1,"environments":'), "surprise"],
      ]) {
        const error = await refusal(broken ?? "");
        expect(error).toBeInstanceOf(ConfigError);
        expect(error.message).toContain(words);
      }
    });
  });
}
