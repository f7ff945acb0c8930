import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive, PromptDraft, VersionOrigin } from "../../src/contracts/registry.ts";
import { ConflictError, NotFoundError, UsageError } from "../../src/core/errors.ts";

const path = "main/default/classifier";

export function draft(changes: Partial<PromptDraft> = {}): PromptDraft {
  return {
    path,
    template: "Classify: {{text}}",
    templateLanguage: "default",
    model: { model: "gpt-4o-mini", temperature: 0.1 },
    ...changes,
  };
}

const rejection = async (promise: Promise<unknown>): Promise<Error & { hint?: string }> =>
  promise.then(
    () => expect.unreachable("it was expected to be rejected"),
    (error: Error) => error,
  );

type Open = (options: { now: () => Date; by: string }) => PromptArchive;

/** The contract of every registry, whatever its storage. */
export function promptRegistrySuite(name: string, open: Open): void {
  describe(name, () => {
    let registry: PromptArchive;
    let clock: Date;

    beforeEach(() => {
      clock = new Date("2026-11-20T10:00:00.000Z");
      const now = () => {
        clock = new Date(clock.getTime() + 1000);
        return clock;
      };
      registry = open({ now, by: "ada" });
    });

    const three = async () => {
      await registry.upsert(draft());
      await registry.upsert(draft({ template: "Two: {{text}}", versionName: "second try" }));
      await registry.upsert(draft({ template: "Three: {{text}}" }));
    };

    describe("an empty registry", () => {
      test("lists nothing, has the default environment, and verifies", async () => {
        expect(await registry.list()).toEqual([]);
        expect(await registry.environments()).toEqual(["production"]);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
        expect(await registry.find(path)).toBeUndefined();
      });

      test("reports that it has no prompts", async () => {
        const error = await rejection(registry.get(path));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error.message).toBe(`no prompt named "${path}"`);
        expect(error.hint).toBe("the registry has no prompts yet");
      });
    });

    describe("upsert", () => {
      test("registers a first version with all details and deploys it to the default environment", async () => {
        const origin: VersionOrigin = {
          parent: 4,
          run: "r_1",
          engine: "gepa",
          seed: 42,
          dataDigest: "abc",
          models: { target: "m" },
          scores: {
            validation: { base: 0.2 },
            test: {
              base: 0.4,
              optimized: 0.8,
              difference: 0.4,
              interval: [0.2, 0.6],
              confidence: 0.95,
              rows: 30,
            },
          },
          gate: "improved",
          spend: {
            target: {
              calls: 3,
              cachedCalls: 1,
              lostCalls: 0,
              retries: 0,
              isEstimated: false,
              inputTokens: 5,
              outputTokens: 7,
              usd: null,
            },
          },
        };
        const template = [
          { role: "system", content: "You are brief.\n" },
          { role: "chat_history", content: "history" },
          { role: "user", content: "{{text}}" },
        ];
        const given = draft({ template, versionName: "first", versionDescription: "to start with", origin });
        const { version, isNew } = await registry.upsert(given);
        expect(isNew).toBe(true);
        expect(version).toEqual({
          path,
          promptId: expect.stringMatching(/^pr_[0-9A-Za-z]{21}$/),
          version: 1,
          versionId: expect.stringMatching(/^prv_[0-9A-Za-z]{21}$/),
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          uri: "prompts:/main/default/classifier/1",
          template,
          templateLanguage: "default",
          model: given.model,
          versionName: "first",
          versionDescription: "to start with",
          createdAt: "2026-11-20T10:00:02.000Z",
          createdBy: "ada",
          origin,
          environments: ["production"],
        });
        expect(await registry.get(path)).toEqual(version);
        expect(await registry.deployments(path)).toEqual([
          {
            at: "2026-11-20T10:00:02.000Z",
            environment: "production",
            from: null,
            to: 1,
            versionId: version.versionId,
            by: "ada",
            note: "first version",
          },
        ]);
      });

      test("does not deploy later versions", async () => {
        await three();
        expect((await registry.get(path)).environments).toEqual([]);
        expect((await registry.get(`${path}@production`)).version).toBe(1);
      });

      test("returns the existing version for equal details, in any spelling", async () => {
        const { version } = await registry.upsert(draft({ model: { model: "m" } }));
        const spelled = {
          temperature: 1,
          model: "m",
          maxTokens: -1,
          provider: "openai",
          stop: [],
          tools: [],
          other: {},
        };
        expect(await registry.upsert(draft({ model: spelled }))).toEqual({ version, isNew: false });
        expect(await registry.history(path)).toHaveLength(1);
      });

      test("returns an older version for its details", async () => {
        await three();
        const { version, isNew } = await registry.upsert(draft());
        expect([version.version, isNew]).toEqual([1, false]);
      });

      test("numbers equal details of two prompts separately", async () => {
        const one = (await registry.upsert(draft())).version;
        const other = (await registry.upsert(draft({ path: "other" }))).version;
        expect(other.digest).toBe(one.digest);
        expect(other.versionId).not.toBe(one.versionId);
      });

      test("rejects a version name that another version has", async () => {
        await three();
        const error = await rejection(registry.upsert(draft({ template: "x", versionName: "second try" })));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error.message).toBe(`version name "second try" of ${path} is taken by version 2`);
        const known = await rejection(registry.upsert(draft({ versionName: "second try" })));
        expect(known).toBeInstanceOf(ConflictError);
        expect(await registry.history(path)).toHaveLength(3);
      });

      test("names a version without a name, and keeps a name once given", async () => {
        await registry.upsert(draft());
        const named = await registry.upsert(draft({ versionName: "a name", versionDescription: "why" }));
        expect(named.isNew).toBe(false);
        expect((await registry.get(`${path}@a name`)).versionDescription).toBe("why");
        const again = await rejection(registry.upsert(draft({ versionName: "another" })));
        expect(again).toBeInstanceOf(ConflictError);
        expect(String(again)).toMatch(/are already version 1 .*, named "a name", not "another"/);
        expect((await registry.get(path)).versionName).toBe("a name");
      });

      test.each(["7", "latest", "LATEST", "production", "Production", "", " padded", "two\nlines"])(
        "rejects the version name %j",
        async (versionName) => {
          expect(await rejection(registry.upsert(draft({ versionName })))).toBeInstanceOf(UsageError);
          expect(await registry.list()).toEqual([]);
        },
      );

      test("keeps and replaces the prompt's description and tags", async () => {
        await registry.upsert(draft({ description: "one", tags: { team: "growth" }, readme: "# Hello" }));
        await registry.upsert(draft({ template: "x", tags: {} }));
        expect((await registry.list())[0]).toMatchObject({ description: "one", tags: { team: "growth" } });
        await registry.upsert(draft({ description: "two", tags: { area: "x" } }));
        expect((await registry.list())[0]).toMatchObject({ description: "two", tags: { area: "x" } });
        expect(await registry.history(path)).toHaveLength(2);
      });

      test("lists everything that cannot be registered", async () => {
        const broken = draft({ model: { model: "", temperature: Number.NaN, seed: 1.5 } });
        const error = await rejection(registry.upsert(broken));
        expect(error).toBeInstanceOf(UsageError);
        expect(error.message).toMatch(
          /^cannot register main\/default\/classifier: NaN cannot be stored as a number; model: .+; temperature: .+; seed: .+$/,
        );
        expect(await rejection(registry.upsert(draft({ template: "\ud800" })))).toBeInstanceOf(UsageError);
        const misspelled = { model: "m", temprature: 1 };
        expect((await rejection(registry.upsert(draft({ model: misspelled })))).message).toBe(
          "cannot register main/default/classifier: model.temprature: unknown key",
        );
      });

      test.each([
        ["", "it is empty"],
        ["/etc/x", "it is absolute"],
        ["C:\\x", "it is absolute"],
        ["a//b", "it has an empty segment"],
        ["a/", "it has an empty segment"],
        ["a/../../b", '".." holds ".."'],
        ["./a", '"." starts with a dot'],
        ["a/.hidden", '".hidden" starts with a dot'],
        ["a\\b", '"a\\\\b" holds "\\\\"'],
        ["a@b", '"a@b" holds "@"'],
        ["a\0b", "it contains a NUL character"],
        ["con/x", '"con" is a device name on Windows'],
        ["x/lpt1.txt", '"lpt1.txt" is a device name on Windows'],
        ["x/end.", '"end." starts or ends with a space, or ends with a dot'],
        ["x/prompt.yaml", '"prompt.yaml" is the name of a registry file'],
        ["x/V3.prompt", '"V3.prompt" is the name of a registry file'],
        [`x/${"é".repeat(128)}`, "a segment is over 255 bytes"],
      ])("rejects the path %j", async (refused, problem) => {
        const error = await rejection(registry.upsert(draft({ path: refused })));
        expect(error).toBeInstanceOf(UsageError);
        expect(error.message).toBe(`invalid prompt path ${JSON.stringify(refused)}: ${problem}`);
        expect(await registry.list()).toEqual([]);
      });

      test.each(["a/7", "latest", "a/Latest", "a/production"])("rejects the name %j", async (refused) => {
        expect(await rejection(registry.upsert(draft({ path: refused })))).toBeInstanceOf(UsageError);
      });

      test("accepts letters of any script, digits as a folder, and one spelling of each", async () => {
        const { version } = await registry.upsert(draft({ path: "1/Zürich é/日本-v1.2_x" }));
        expect(version.path).toBe("1/Zürich é/日本-v1.2_x");
        const decomposed = "1/Zürich é/日本-v1.2_x".normalize("NFD");
        expect((await registry.upsert(draft({ path: decomposed }))).isNew).toBe(false);
      });

      test("rejects a path that differs only in case", async () => {
        await registry.upsert(draft({ path: "Main/classifier" }));
        for (const twin of ["main/other", "Main/Classifier"]) {
          const error = await rejection(registry.upsert(draft({ path: twin })));
          expect(error).toBeInstanceOf(ConflictError);
          expect(error.message).toContain(`prompt path "${twin}" differs only by case from the existing "`);
        }
        expect(await registry.list()).toHaveLength(1);
      });

      test("separates a prompt and a folder with the same name", async () => {
        await registry.upsert(draft({ path: "a" }));
        await registry.upsert(draft({ path: "a/b" }));
        expect((await registry.list()).map((summary) => summary.path)).toEqual(["a", "a/b"]);
        expect((await registry.list({ folder: "a" })).map((summary) => summary.path)).toEqual(["a/b"]);
      });

      test("numbers concurrent versions uniquely", async () => {
        const texts = Array.from({ length: 12 }, (_, at) => `text ${at}`);
        const filed = await Promise.all(texts.map((template) => registry.upsert(draft({ template }))));
        const numbers = filed.map(({ version }) => version.version).sort((one, other) => one - other);
        expect(numbers).toEqual(texts.map((_, at) => at + 1));
        const same = await Promise.all(texts.map(() => registry.upsert(draft({ template: "same" }))));
        expect(same.filter(({ isNew }) => isNew)).toHaveLength(1);
      });

      test("returns values whose changes do not affect stored ones", async () => {
        const template = [{ role: "user", content: "x" }];
        const { version } = await registry.upsert(draft({ template }));
        (template[0] as { content: string }).content = "changed";
        try {
          (version.template as unknown as { content: string }[])[0] = { content: "changed" };
        } catch {}
        expect((await registry.get(path)).template).toEqual([{ role: "user", content: "x" }]);
      });
    });

    describe("references", () => {
      test("find a version by number, name, environment, latest, and ids", async () => {
        await three();
        const [, second] = await registry.history(path);
        const wanted: [string, number][] = [
          [path, 3],
          [`${path}/2`, 2],
          [`${path}@2`, 2],
          [`${path}@latest`, 3],
          [`${path}@production`, 1],
          [`${path}@second try`, 2],
          [second?.versionId ?? "", 2],
          [second?.promptId ?? "", 3],
          [`${second?.promptId}@1`, 1],
        ];
        for (const [reference, number] of wanted) {
          expect((await registry.get(reference)).version, reference).toBe(number);
          expect((await registry.get(`prompts:/${reference}`)).version, reference).toBe(number);
        }
        expect((await registry.get(path, { defaultSelector: "deployed" })).version).toBe(1);
      });

      test("treat a path that looks like an id as a path", async () => {
        await registry.upsert(draft({ path: "pr_review" }));
        expect((await registry.get("pr_review@1")).path).toBe("pr_review");
      });

      test("to unknown prompts name the nearest ones", async () => {
        await registry.upsert(draft());
        const error = await rejection(registry.get("main/default/clasifier"));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error.message).toBe('no prompt named "main/default/clasifier"');
        expect(error.hint).toBe(`did you mean ${path}?`);
        expect((await rejection(registry.get("clasifier@production"))).hint).toBe(`did you mean ${path}?`);
        expect((await rejection(registry.get("unlike/any"))).hint).toBe(
          "list the prompts with: dao-opt registry list",
        );
        expect((await rejection(registry.get("prv_nothing"))).message).toBe('no version named "prv_nothing"');
      });

      test("to unknown versions list the existing ones", async () => {
        await three();
        const missing = await rejection(registry.get(`${path}@9`));
        expect(missing).toBeInstanceOf(NotFoundError);
        expect(missing.message).toBe(`no version named "${path}@9"`);
        expect(missing.hint).toBe(`${path} has the versions 1, 2 (second try), 3`);
        expect((await rejection(registry.get(`${path}@third`))).hint).toBe(
          `${path} has the versions 1, 2 (second try), 3, and is deployed to production`,
        );
        await registry.addEnvironment("staging");
        expect((await rejection(registry.get(`${path}@staging`))).hint).toBe(
          `nothing is deployed to staging; ${path} has the versions 1, 2 (second try), 3, and is deployed to production`,
        );
        expect(await registry.find(`${path}@9`)).toBeUndefined();
      });

      test("outside the registry are rejected", async () => {
        expect(await rejection(registry.get("../../etc/passwd"))).toBeInstanceOf(UsageError);
        expect(await rejection(registry.list({ folder: "../.." }))).toBeInstanceOf(UsageError);
      });
    });

    describe("list and history", () => {
      test("filter by folder, environment and tag, sorted by path", async () => {
        await registry.upsert(draft({ path: "b/two", tags: { team: "growth" } }));
        await registry.upsert(draft({ path: "a/one" }));
        await registry.upsert(draft({ path: "a/deep/three", tags: { team: "core" } }));
        await registry.deploy("a/one", "staging");
        const paths = async (filter: Parameters<PromptArchive["list"]>[0]) =>
          (await registry.list(filter)).map((summary) => summary.path);
        expect(await paths({})).toEqual(["a/deep/three", "a/one", "b/two"]);
        expect(await paths({ folder: "a" })).toEqual(["a/deep/three", "a/one"]);
        expect(await paths({ folder: "a/deep/" })).toEqual(["a/deep/three"]);
        expect(await paths({ folder: "nowhere" })).toEqual([]);
        expect(await paths({ environment: "staging" })).toEqual(["a/one"]);
        expect(await paths({ tag: "team" })).toEqual(["a/deep/three", "b/two"]);
        expect(await paths({ tag: "team=growth" })).toEqual(["b/two"]);
      });

      test("are paged, without prompts whose versions are all deleted", async () => {
        for (const name of ["a", "b", "c", "d", "e"]) {
          await registry.upsert(draft({ path: name, tags: name === "d" ? {} : { team: "x" } }));
        }
        await registry.undeploy("b", "production");
        await registry.deleteVersion("b@1");
        const paths = async (filter: Parameters<PromptArchive["list"]>[0]) =>
          (await registry.list(filter)).map((summary) => summary.path);
        expect(await paths({ limit: 2 })).toEqual(["a", "c"]);
        expect(await paths({ limit: 2, offset: 2 })).toEqual(["d", "e"]);
        expect(await paths({ limit: 2, offset: 1, tag: "team=x" })).toEqual(["c", "e"]);
        expect(await paths({ offset: 3 })).toEqual(["e"]);
        expect(await paths({ offset: 9 })).toEqual([]);
        expect(await paths({ limit: 0 })).toEqual([]);
      });

      test("show the latest version, its score, and the last change", async () => {
        await registry.upsert(draft());
        const score = {
          base: 0.4,
          optimized: 0.9,
          difference: 0.5,
          interval: [0.3, 0.7] as const,
          confidence: 0.95,
          rows: 9,
        };
        const { version } = await registry.upsert(
          draft({ template: "x", origin: { scores: { test: score } } }),
        );
        const { at } = await registry.deploy(path, "staging");
        expect(await registry.list()).toEqual([
          {
            path,
            promptId: version.promptId,
            latest: 2,
            environments: { production: 1, staging: 2 },
            createdAt: "2026-11-20T10:00:01.000Z",
            updatedAt: at,
            score: 0.9,
            tags: {},
          },
        ]);
      });

      test("history returns all versions, oldest first", async () => {
        await three();
        const versions = await registry.history(`prompts:/${path}`);
        expect(versions.map(({ version, environments }) => [version, environments])).toEqual([
          [1, ["production"]],
          [2, []],
          [3, []],
        ]);
        expect(await rejection(registry.history("main/default/none"))).toBeInstanceOf(NotFoundError);
        expect(await rejection(registry.deployments("main/default/none"))).toBeInstanceOf(NotFoundError);
      });
    });

    describe("deploy", () => {
      test("moves an environment and returns its previous version", async () => {
        await three();
        const moved = await registry.deploy(`${path}@2`, "production", { note: "better", by: "bob" });
        expect(moved).toMatchObject({ environment: "production", from: 1, to: 2, by: "bob", note: "better" });
        expect((await registry.get(`${path}@production`)).version).toBe(2);
        expect((await registry.deployments(path)).at(-1)).toEqual(moved);
      });

      test("adds a new environment after the others", async () => {
        await registry.upsert(draft());
        await registry.deploy(path, "staging");
        await registry.deploy(path, "canary");
        expect(await registry.environments()).toEqual(["production", "staging", "canary"]);
        expect((await registry.get(path)).environments).toEqual(["production", "staging", "canary"]);
      });

      test.each([
        ["a b/c", 'it holds "/"'],
        ["a?", 'it holds "?"'],
        ["/a", 'it holds "/"'],
        ["", "it is empty"],
        ["x".repeat(256), "it is over 255 bytes"],
      ])("explains why %j is not an environment", async (name, reason) => {
        await registry.upsert(draft());
        const { message } = await rejection(registry.deploy(path, name));
        expect(message).toBe(`invalid environment name ${JSON.stringify(name)}: ${reason}`);
      });

      test.each(["7", "latest", "Production", "a/b", "..", ""])(
        "rejects the environment %j",
        async (name) => {
          await registry.upsert(draft());
          expect(await rejection(registry.deploy(path, name))).toBeInstanceOf(UsageError);
          expect(await registry.environments()).toEqual(["production"]);
        },
      );

      test("rejects an environment named like a version", async () => {
        await registry.upsert(draft({ versionName: "blue" }));
        expect((await rejection(registry.deploy(path, "blue"))).message).toBe(
          `"blue" is already the name of version 1 of ${path}`,
        );
      });

      test("rejects a version that did not pass its gate, unless forced with a note", async () => {
        await registry.upsert(draft({ origin: { gate: "improved" } }));
        await registry.upsert(draft({ template: "x", origin: { gate: "regressed" } }));
        await registry.upsert(draft({ template: "y", origin: { gate: "no_proven_improvement" } }));
        await registry.deploy(`${path}@1`, "staging");
        const error = await rejection(registry.deploy(`${path}@2`, "production"));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error.message).toBe(`version 2 of ${path} did not pass its gate: it regressed`);
        expect(error.hint).toBe("deploy it anyway with --force and a reason in --note");
        const unexplained = await rejection(registry.deploy(path, "production", { force: true, note: " " }));
        expect(unexplained.message).toBe(
          `version 3 of ${path} did not pass its gate: no improvement was proven`,
        );
        expect(unexplained.hint).toBe("add a reason with --note");
        expect((await registry.get(`${path}@production`)).version).toBe(1);
        await registry.deploy(`${path}@2`, "production", { force: true, note: "asked for by legal" });
        expect((await registry.get(`${path}@production`)).version).toBe(2);
      });

      test("rejects unknown versions", async () => {
        await registry.upsert(draft());
        expect(await rejection(registry.deploy(`${path}@5`, "production"))).toBeInstanceOf(NotFoundError);
        expect(await rejection(registry.deploy("main/nothing", "staging"))).toBeInstanceOf(NotFoundError);
        expect(await registry.environments()).toEqual(["production"]);
      });
    });

    describe("the name of an environment", () => {
      test("differs from prompts and versions, whether added or deployed to", async () => {
        await registry.upsert(draft({ path: "folder/qa", versionName: "best" }));
        for (const name of ["qa", "best", "BEST"]) {
          const added = await rejection(registry.addEnvironment(name));
          expect(added).toBeInstanceOf(ConflictError);
          expect(added.message).toContain("folder/qa");
          expect(await rejection(registry.deploy("folder/qa@1", name))).toBeInstanceOf(ConflictError);
        }
        expect(await registry.environments()).toEqual(["production"]);
      });
    });

    describe("rollback", () => {
      test("returns to the version before, skipping moves to the same one", async () => {
        await three();
        await registry.deploy(`${path}@2`, "production");
        await registry.deploy(`${path}@3`, "production");
        await registry.deploy(`${path}@3`, "production");
        const back = await registry.rollback(path, "production", { note: "bad answers" });
        expect(back).toMatchObject({ from: 3, to: 2, note: "bad answers", by: "ada" });
        expect((await registry.get(`${path}@production`)).version).toBe(2);
      });

      test("goes further back each time, and is not undone by another rollback", async () => {
        await three();
        await registry.deploy(`${path}@2`, "production");
        await registry.deploy(`${path}@3`, "production");
        expect(await registry.rollback(path, "production")).toMatchObject({
          from: 3,
          to: 2,
          isRollback: true,
        });
        expect(await registry.rollback(path, "production")).toMatchObject({ from: 2, to: 1 });
        expect(await rejection(registry.rollback(path, "production"))).toBeInstanceOf(ConflictError);
        await registry.deploy(`${path}@3`, "production");
        expect(await registry.rollback(path, "production")).toMatchObject({ from: 3, to: 1 });
      });

      test("does not check the gate again", async () => {
        await registry.upsert(draft({ origin: { gate: "regressed" } }));
        await registry.upsert(draft({ template: "x" }));
        await registry.deploy(path, "production");
        expect(await registry.rollback(path, "production")).toMatchObject({
          from: 2,
          to: 1,
          note: "rollback",
        });
      });

      test("is rejected without an earlier version", async () => {
        await registry.upsert(draft());
        await registry.addEnvironment("staging");
        const first = await rejection(registry.rollback(path, "production"));
        expect(first).toBeInstanceOf(ConflictError);
        expect(first.message).toBe(`production of ${path} had no version before 1`);
        const never = await rejection(registry.rollback(path, "staging"));
        expect(never.message).toBe(`staging of ${path} never had a version`);
        const unknown = await rejection(registry.rollback(path, "stagin"));
        expect(unknown).toBeInstanceOf(NotFoundError);
        expect(unknown.hint).toBe("there is production, staging");
      });
    });

    describe("prompt", () => {
      test("finds a prompt by its path or id", async () => {
        await registry.upsert(draft({ description: "d", readme: "# r", tags: { team: "core" } }));
        const [listed] = await registry.list();
        expect(listed).toMatchObject({ path, latest: 1, description: "d", readme: "# r" });
        expect(await registry.prompt(path)).toEqual(listed);
        expect(await registry.prompt(`prompts:/${listed?.promptId}`)).toEqual(listed);
        expect(await rejection(registry.prompt("main/none"))).toBeInstanceOf(NotFoundError);
      });
    });

    describe("move", () => {
      test("moves versions, ids, names, history and deployments to the new path", async () => {
        await three();
        await registry.deploy(`${path}@2`, "staging", { note: "trial" });
        const before = await registry.history(path);
        const deployments = await registry.deployments(path);
        const summary = await registry.move(path, "other/place/name");
        expect(summary).toMatchObject({
          path: "other/place/name",
          promptId: before[0]?.promptId,
          latest: 3,
          environments: { production: 1, staging: 2 },
        });
        const moved = before.map((version) => ({
          ...version,
          path: "other/place/name",
          uri: `prompts:/other/place/name/${version.version}`,
        }));
        expect(await registry.history("other/place/name")).toEqual(moved);
        expect(await registry.deployments("other/place/name")).toEqual(deployments);
        expect((await registry.get(before[1]?.versionId ?? "")).path).toBe("other/place/name");
        expect(await registry.find(path)).toBeUndefined();
        expect((await registry.list()).map((one) => one.path)).toEqual(["other/place/name"]);
        expect((await registry.verify()).damage).toEqual([]);
      });

      test("finds prompts by id, moves in and out of existing folders, and keeps those folders", async () => {
        await registry.upsert(draft({ path: "a" }));
        await registry.upsert(draft({ path: "a/b" }));
        const { promptId } = await registry.get("a");
        await registry.move(promptId, "a/b/c");
        expect((await registry.list()).map((one) => one.path)).toEqual(["a/b", "a/b/c"]);
        await registry.move("a/b/c", "a");
        await registry.move("a/b", "b");
        expect((await registry.list()).map((one) => [one.path, one.promptId === promptId])).toEqual([
          ["a", true],
          ["b", false],
        ]);
        expect((await registry.move("b", "b")).path).toBe("b");
      });

      test("continues the numbers and frees the old path for a new prompt", async () => {
        await three();
        const { promptId } = await registry.move(path, "elsewhere");
        expect((await registry.upsert(draft({ path: "elsewhere", template: "4" }))).version.version).toBe(4);
        const { version } = await registry.upsert(draft());
        expect([version.version, version.promptId === promptId]).toEqual([1, false]);
        expect((await registry.verify()).damage).toEqual([]);
      });

      test("rejects a path that is taken, invalid, or another's spelling", async () => {
        await registry.upsert(draft());
        await registry.upsert(draft({ path: "Taken/one" }));
        const taken = await rejection(registry.move(path, "Taken/one"));
        expect(taken).toBeInstanceOf(ConflictError);
        expect(taken.message).toBe("there is already a prompt at Taken/one");
        expect(await rejection(registry.move(path, "taken/two"))).toBeInstanceOf(ConflictError);
        for (const refused of ["../x", "/x", "a/7", "latest", "a/production", "a\0", "nul", "x/.y", ""]) {
          expect(await rejection(registry.move(path, refused)), refused).toBeInstanceOf(UsageError);
        }
        expect(await rejection(registry.move("none/such", "x"))).toBeInstanceOf(NotFoundError);
        expect(await rejection(registry.move(`${path}@1`, "x"))).toBeInstanceOf(UsageError);
        expect((await registry.list()).map((one) => one.path)).toEqual(["Taken/one", path]);
      });
    });

    describe("describeVersion", () => {
      test("names and describes, keeps absent fields, and removes null ones", async () => {
        await three();
        const named = await registry.describeVersion(`${path}@3`, { versionName: "third" });
        expect(named).toMatchObject({ version: 3, versionName: "third" });
        const described = await registry.describeVersion(`${path}@third`, { versionDescription: "why" });
        expect(described).toEqual({ ...named, versionDescription: "why" });
        expect(await registry.get(`${path}@third`)).toEqual(described);
        const bare = await registry.describeVersion(described.versionId, {
          versionName: null,
          versionDescription: null,
        });
        expect(bare).not.toHaveProperty("versionName");
        expect(bare).not.toHaveProperty("versionDescription");
        expect(bare.digest).toBe(described.digest);
        expect(await registry.get(`${path}@3`)).toEqual(bare);
      });

      test("rejects another version's name, and accepts the version's own", async () => {
        await three();
        const error = await rejection(registry.describeVersion(`${path}@1`, { versionName: "second try" }));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error.message).toBe(`version name "second try" of ${path} is taken by version 2`);
        const own = await registry.describeVersion(`${path}@2`, { versionName: "second try" });
        expect(own.versionName).toBe("second try");
        await registry.upsert(draft({ path: "another", versionName: "second try" }));
      });

      test.each(["12", "latest", "Latest", "production", "", " x", "a\nb"])(
        "rejects the name %j",
        async (versionName) => {
          await three();
          expect(await rejection(registry.describeVersion(`${path}@1`, { versionName }))).toBeInstanceOf(
            UsageError,
          );
          expect((await registry.get(`${path}@1`)).versionName).toBeUndefined();
        },
      );

      test("rejects unknown versions", async () => {
        await three();
        const error = await rejection(registry.describeVersion(`${path}@9`, { versionName: "x" }));
        expect(error).toBeInstanceOf(NotFoundError);
      });
    });

    describe("describePrompt", () => {
      test("replaces description and tags, keeps absent fields, and clears", async () => {
        await three();
        const told = await registry.describePrompt(path, {
          description: "Labels texts",
          tags: { team: "a" },
        });
        expect(told).toMatchObject({ description: "Labels texts", tags: { team: "a" } });
        expect(await registry.describePrompt(path, { tags: {} })).toMatchObject({
          description: "Labels texts",
          tags: {},
        });
        expect(await registry.describePrompt(told.promptId, { description: null })).not.toHaveProperty(
          "description",
        );
        expect(await registry.prompt(path)).not.toHaveProperty("description");
        expect((await registry.history(path)).length).toBe(3);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      });

      test("rejects versions and unknown prompts", async () => {
        await three();
        expect(await rejection(registry.describePrompt(`${path}@2`, { tags: {} }))).toBeInstanceOf(
          UsageError,
        );
        expect(await rejection(registry.describePrompt("none", { tags: {} }))).toBeInstanceOf(NotFoundError);
      });
    });

    describe("deleteVersion", () => {
      test("removes a version and never reuses its number", async () => {
        await three();
        const [, second, third] = await registry.history(path);
        await registry.deleteVersion(`${path}@3`);
        await registry.deleteVersion(second?.versionId ?? "");
        expect((await registry.history(path)).map(({ version }) => version)).toEqual([1]);
        expect((await registry.get(path)).version).toBe(1);
        const gone = await rejection(registry.get(`${path}@3`));
        expect(gone).toBeInstanceOf(NotFoundError);
        expect(gone.hint).toMatch(/^version 3 was deleted at 2026-11-20T/);
        expect(await registry.find(third?.versionId ?? "")).toBeUndefined();
        const again = await registry.upsert(
          draft({ template: "Three: {{text}}", versionName: "second try" }),
        );
        expect([again.version.version, again.isNew, again.version.digest]).toEqual([4, true, third?.digest]);
        expect((await registry.get(third?.versionId ?? "")).version).toBe(4);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      });

      test("rejects a deployed version until its environment is moved or emptied", async () => {
        await three();
        const error = await rejection(registry.deleteVersion(`${path}@1`));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error.message).toBe(`version 1 of ${path} is deployed to production`);
        await registry.deploy(`${path}@2`, "production");
        await registry.deleteVersion(`${path}@1`);
        expect(await rejection(registry.rollback(path, "production"))).toBeInstanceOf(ConflictError);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      });

      test("keeps a prompt whose versions are all deleted", async () => {
        const { version } = await registry.upsert(draft());
        await registry.undeploy(path, "production");
        await registry.deleteVersion(`${path}@1`);
        expect(await registry.list()).toEqual([]);
        expect(await registry.prompt(path)).toMatchObject({ promptId: version.promptId, latest: 0 });
        expect((await rejection(registry.get(path))).hint).toBe("all are deleted");
        expect((await registry.move(path, "elsewhere")).latest).toBe(0);
        const next = (await registry.upsert(draft({ path: "elsewhere", template: "2" }))).version;
        expect([next.version, next.promptId]).toEqual([2, version.promptId]);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      });

      test("requires a version", async () => {
        await three();
        expect(await rejection(registry.deleteVersion(path))).toBeInstanceOf(UsageError);
        expect(await rejection(registry.deleteVersion(`${path}@9`))).toBeInstanceOf(NotFoundError);
        expect(await registry.history(path)).toHaveLength(3);
      });
    });

    describe("deletePrompt", () => {
      test("removes a prompt with its versions; a new one at its path has a new id", async () => {
        await three();
        const [first] = await registry.history(path);
        await registry.deletePrompt(path);
        expect(await registry.list()).toEqual([]);
        expect(await registry.find(first?.promptId ?? "")).toBeUndefined();
        expect(await rejection(registry.deployments(path))).toBeInstanceOf(NotFoundError);
        const { version } = await registry.upsert(draft());
        expect(version.version).toBe(1);
        expect(version.promptId).not.toBe(first?.promptId);
        expect(version.versionId).not.toBe(first?.versionId);
        expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
      });

      test("accepts an id and keeps the prompts below", async () => {
        await registry.upsert(draft({ path: "a" }));
        await registry.upsert(draft({ path: "a/b" }));
        await registry.deletePrompt((await registry.get("a")).promptId);
        expect((await registry.list()).map((one) => one.path)).toEqual(["a/b"]);
      });

      test("rejects a reference to one version, and unknown prompts", async () => {
        await three();
        const [first] = await registry.history(path);
        for (const reference of [`${path}@2`, `${path}/2`, first?.versionId ?? ""]) {
          expect(await rejection(registry.deletePrompt(reference)), reference).toBeInstanceOf(UsageError);
        }
        expect(await rejection(registry.deletePrompt("main/none"))).toBeInstanceOf(NotFoundError);
        expect(await registry.history(path)).toHaveLength(3);
      });
    });

    describe("undeploy", () => {
      test("empties an environment and records it in the history", async () => {
        await three();
        const emptied = await registry.undeploy(path, "production", { note: "withdrawn", by: "bob" });
        expect(emptied).toEqual({
          at: expect.any(String),
          environment: "production",
          from: 1,
          to: null,
          by: "bob",
          note: "withdrawn",
        });
        expect((await registry.deployments(path)).at(-1)).toEqual(emptied);
        expect((await registry.prompt(path)).environments).toEqual({});
        expect(await rejection(registry.get(`${path}@production`))).toBeInstanceOf(NotFoundError);
        expect(await registry.rollback(path, "production")).toMatchObject({ from: null, to: 1 });
      });

      test("rejects an empty or unknown environment", async () => {
        await three();
        await registry.addEnvironment("staging");
        const empty = await rejection(registry.undeploy(path, "staging"));
        expect(empty).toBeInstanceOf(ConflictError);
        expect(empty.message).toBe(`no version of ${path} is deployed to staging`);
        const unknown = await rejection(registry.undeploy(path, "stagin"));
        expect(unknown).toBeInstanceOf(NotFoundError);
        expect(unknown.hint).toBe("there is production, staging");
      });
    });

    describe("environments", () => {
      test("are added once, in order, with their own ids", async () => {
        const added = await registry.addEnvironment("staging");
        expect(added).toEqual({
          environment: {
            id: expect.stringMatching(/^env_[0-9A-Za-z]{21}$/),
            name: "staging",
            createdAt: "2026-11-20T10:00:01.000Z",
            isDefault: false,
          },
          isNew: true,
        });
        expect(await registry.addEnvironment("staging")).toEqual({
          environment: added.environment,
          isNew: false,
        });
        expect((await registry.environmentRecords()).map(({ name, isDefault }) => [name, isDefault])).toEqual(
          [
            ["production", true],
            ["staging", false],
          ],
        );
      });

      test("are then rejected as names", async () => {
        await registry.addEnvironment("staging");
        expect(await rejection(registry.upsert(draft({ path: "a/staging" })))).toBeInstanceOf(UsageError);
        expect(await rejection(registry.upsert(draft({ versionName: "staging" })))).toBeInstanceOf(
          UsageError,
        );
      });
    });
  });
}
