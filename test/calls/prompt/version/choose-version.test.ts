import { beforeEach, describe, expect, it } from "vitest";
import type { PromptCallRequest } from "../../../../src/calls/prompt/prompt-call.ts";
import { chooseVersion } from "../../../../src/calls/prompt/version/choose-version.ts";
import type { PromptArchive, PromptVersion } from "../../../../src/contracts/registry.ts";
import { createMemoryRegistry } from "../../../../src/registry/create-memory-registry.ts";

let registry: PromptArchive;
let one: PromptVersion;
let two: PromptVersion;
let other: PromptVersion;

beforeEach(async () => {
  registry = createMemoryRegistry();
  const draft = { template: "one", templateLanguage: "default", model: { model: "m" } } as const;
  one = (await registry.upsert({ ...draft, path: "a/x" })).version;
  two = (await registry.upsert({ ...draft, path: "a/x", template: "two", versionName: "short" })).version;
  other = (await registry.upsert({ ...draft, path: "a/y" })).version;
  await registry.addEnvironment("staging");
  await registry.deploy("a/x@2", "staging");
});

const chosen = async (request: PromptCallRequest) => {
  const { path, version } = await chooseVersion(registry, request);
  return `${path}@${version}`;
};

describe("the version a call means", () => {
  it("is the one deployed to the default environment where nothing else is selected", async () => {
    expect(await chosen({ path: "a/x" })).toBe("a/x@1");
    expect(await chosen({ path: "prompts:/a/x" })).toBe("a/x@1");
    expect(await chosen({ id: one.promptId })).toBe("a/x@1");
    expect(await chosen({ path: "a/x", id: one.promptId })).toBe("a/x@1");
  });

  it("is what a version id, number, name or environment selects", async () => {
    expect(await chosen({ versionId: two.versionId })).toBe("a/x@2");
    expect(await chosen({ path: "a/x", versionId: two.versionId })).toBe("a/x@2");
    expect(await chosen({ id: one.promptId, versionId: two.versionId })).toBe("a/x@2");
    expect(await chosen({ path: "a/x", versionId: "2" })).toBe("a/x@2");
    expect(await chosen({ id: one.promptId, versionId: "short" })).toBe("a/x@2");
    expect(await chosen({ path: "a/x", environment: "staging" })).toBe("a/x@2");
    expect(await chosen({ id: one.promptId, environment: "staging" })).toBe("a/x@2");
    expect(await chosen({ path: "a/x@staging" })).toBe("a/x@2");
    expect(await chosen({ path: "a/x/2" })).toBe("a/x@2");
    expect(await chosen({ path: two.versionId })).toBe("a/x@2");
  });

  it("is found by its details, which are stored if they are new", async () => {
    const details = { template: "two", model: { model: "m", temperature: 1 } };
    expect(await chosen({ path: "a/x", prompt: details })).toBe("a/x@2");
    expect(await chosen({ path: "a/x", prompt: { ...details, template: "three" } })).toBe("a/x@3");
    expect(await chosen({ id: one.promptId, prompt: { ...details, template: "four" } })).toBe("a/x@4");
    expect(await chosen({ path: "b/new", prompt: details })).toBe("b/new@1");
    expect(await registry.get("a/x", { defaultSelector: "deployed" })).toMatchObject({ version: 1 });
  });

  it("is the selected one if a call has both details and a selector", async () => {
    const prompt = { template: "three", model: { model: "m" } };
    expect(await chosen({ path: "a/x", versionId: one.versionId, prompt })).toBe("a/x@1");
    expect(await chosen({ path: "a/x", environment: "staging", prompt })).toBe("a/x@2");
    expect(await chosen({ path: "a/x@2", prompt })).toBe("a/x@2");
    expect(await registry.history("a/x")).toHaveLength(2);
  });

  it.each([
    ["nothing", () => ({}), "names no prompt"],
    ["an environment alone", () => ({ environment: "staging" }), "names no prompt"],
    ["a number alone", () => ({ versionId: "2" }), "names no prompt"],
    [
      "version and environment",
      () => ({ path: "a/x", versionId: "1", environment: "staging" }),
      "two versions",
    ],
    ["a selector and a version", () => ({ path: "a/x@2", versionId: "1" }), "two versions"],
    ["a number and an environment", () => ({ path: "a/x/2", environment: "staging" }), "two versions"],
    ["an id and an environment", () => ({ path: two.versionId, environment: "staging" }), "two versions"],
  ])("is refused for %s", async (_, request, message) => {
    await expect(chosen(request())).rejects.toMatchObject({
      code: "usage_invalid",
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["an unknown path", () => ({ path: "a/z" })],
    ["an unknown version id", () => ({ path: "a/x", versionId: "prv_000000000000000000000" })],
    ["a number there is not", () => ({ path: "a/x", versionId: "7" })],
    [
      "an environment there is not, though a version has the name",
      () => ({ path: "a/x", environment: "short" }),
    ],
    ["an environment nothing is deployed to", () => ({ path: "a/y", environment: "staging" })],
    ["the version of another prompt", () => ({ path: "a/x", versionId: other.versionId })],
    ["the version of another prompt's id", () => ({ id: one.promptId, versionId: other.versionId })],
    ["a path and an id that differ", () => ({ path: "a/x", id: other.promptId })],
    [
      "details for a path and an id that differ",
      () => ({
        path: "a/x",
        id: other.promptId,
        prompt: { model: { model: "m" }, template: "z" },
      }),
    ],
  ])("is not found for %s", async (_, request) => {
    await expect(chosen(request())).rejects.toMatchObject({ code: "not_found" });
    expect(await registry.history("a/x")).toHaveLength(2);
  });
});
