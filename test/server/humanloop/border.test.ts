import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { allowedValues, refusedValues } from "../../registry/value-cases.ts";
import { type ServerWorld, startServer } from "../../support/server-world.ts";

let world: ServerWorld | undefined;
afterEach(async () => {
  await world?.server.close(0);
  world = undefined;
});

async function open() {
  const registry = createMemoryRegistry();
  const traces = openTraceStore({ folder: mkdtempSync(join(tmpdir(), "dao-opt-border-")) });
  const opened = await startServer({ services: { registry, traces } });
  world = opened;
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const { status, json } = await opened.send("POST", `/v5${path}`, { headers, body: JSON.stringify(body) });
    return { status, json: json as Record<string, never> };
  };
  const get = async (path: string) => (await opened.send("GET", `/v5${path}`)).json as Record<string, never>;
  return { post, get, registry };
}

const mock = { model: "m", provider: "mock", template: "Hi" };

describe("invalid values", () => {
  test.each(refusedValues)(
    "%s: %j is a 422 with its place, and nothing is filed",
    async (key, value, msg) => {
      const { post, registry } = await open();
      const place = key === "response_format" ? ["response_format", "type"] : [key];
      for (const [path, body, loc] of [
        ["/prompts", { path: "x", ...mock, [key]: value }, ["body", ...place]],
        ["/prompts/call", { path: "x", prompt: { ...mock, [key]: value } }, ["body", "prompt", ...place]],
        ["/prompts/log", { path: "x", prompt: { ...mock, [key]: value } }, ["body", "prompt", ...place]],
      ] as const) {
        const answer = await post(path, body);
        expect(answer).toMatchObject({ status: 422, json: { detail: [{ loc }] } });
        expect(JSON.stringify(answer.json)).toContain(JSON.stringify(msg).slice(1, -1));
      }
      expect(await registry.list()).toEqual([]);
    },
  );

  test.each(allowedValues)("%s: %j is accepted", async (key, value) => {
    const { post } = await open();
    expect((await post("/prompts", { path: "x", ...mock, [key]: value })).status).toBe(200);
  });

  test("in a .prompt text are rejected too", async () => {
    const { post } = await open();
    const prompt = "---\nmodel: m\nprovider: mock\ntemperature: 3\n---\nHi";
    expect(await post("/prompts/call", { path: "x", prompt })).toMatchObject({ status: 422 });
  });

  test("in a stored version are still readable", async () => {
    const { get, post, registry } = await open();
    await registry.upsert({
      ...{ path: "old", template: "Hi", templateLanguage: "default" },
      model: { model: "m", provider: "mock", topP: 9, reasoningEffort: "extreme" },
    });
    expect(await get("/prompts/old")).toMatchObject({ top_p: 9, reasoning_effort: "extreme" });
    expect((await post("/prompts/call", { path: "old" })).status).not.toBe(422);
    expect(
      (await post("/prompts/old/evaluators", { activate: [{ evaluator_version_id: "evv_1" }] })).status,
    ).toBe(200);
  });
});

test("an upsert with ?environment= is a 422, and nothing is registered", async () => {
  const { post, registry } = await open();
  const { status, json } = await post("/prompts?environment=staging", { path: "x", ...mock });
  expect(status).toBe(422);
  expect(JSON.stringify(json)).toContain("details of a prompt together with the environment staging");
  expect(await registry.list()).toEqual([]);
  expect((await post("/prompts", { path: "x", ...mock })).status).toBe(200);
  expect(await post("/prompts?environment=production", { path: "x", ...mock })).toMatchObject({
    status: 422,
  });
});

describe("a call", () => {
  test("with details beside ?environment= is a 422", async () => {
    const { post, registry } = await open();
    await post("/prompts", { path: "x", ...mock });
    const prompt = { ...mock, template: "Other" };
    for (const [query, path] of [
      ["?environment=production", "x"],
      ["", "x@production"],
    ] as const) {
      for (const stream of [false, true]) {
        const { status, json } = await post(`/prompts/call${query}`, { path, prompt, stream });
        expect(status).toBe(422);
        expect(JSON.stringify(json)).toContain("details of a prompt together with");
      }
    }
    expect((await registry.history("x")).length).toBe(1);
  });

  test.each([
    ["required", "requires a tool"],
    [{ type: "function", function: { name: "nope" } }, 'names the tool \\"nope\\"'],
  ])("whose tool_choice is %j needs such a tool", async (tool_choice, message) => {
    const { post } = await open();
    await post("/prompts", { path: "x", ...mock });
    for (const body of [
      { path: "x", tool_choice },
      { path: "y", prompt: mock, tool_choice },
    ]) {
      const { status, json } = await post("/prompts/call", body);
      expect(status).toBe(422);
      expect(JSON.stringify(json)).toContain(message);
    }
  });

  test("nested under others is in their trace, and each lists its children", async () => {
    const { post, get } = await open();
    await post("/prompts", { path: "x", ...mock });
    const call = async (parent?: string) =>
      (await post("/prompts/call", { path: "x", trace_parent_id: parent })).json as unknown as {
        id: string;
        trace_id: string;
      };
    const root = await call();
    const child = await call(root.id);
    const grandchild = await call(child.id);
    expect([root.trace_id, child.trace_id, grandchild.trace_id]).toEqual([root.id, root.id, root.id]);
    expect(await get(`/logs/${root.id}`)).toMatchObject({
      trace_id: root.id,
      trace_children: [{ id: child.id, trace_id: root.id, trace_children: [{ id: grandchild.id }] }],
    });
    expect(await get(`/logs/${grandchild.id}`)).toMatchObject({ trace_id: root.id, trace_children: [] });
    const missing = await post("/prompts/call", { path: "x", trace_parent_id: "log_nobody" });
    expect(missing.status).toBe(422);
    expect(JSON.stringify(missing.json)).toContain("there is no log log_nobody");
    const streamed = await post("/prompts/call", { path: "x", trace_parent_id: "log_nobody", stream: true });
    expect(streamed.status).toBe(422);
  });

  test("may be nested under a flow's log", async () => {
    const { post, get } = await open();
    await post("/prompts", { path: "x", ...mock });
    const flow = (await post("/flows/log", { path: "f", flow: { attributes: {} } })).json as unknown as {
      id: string;
    };
    const { json } = await post("/prompts/call", { path: "x", trace_parent_id: flow.id });
    expect(json).toMatchObject({ trace_id: flow.id });
    expect(await get(`/logs/${flow.id}`)).toMatchObject({ trace_children: [{ id: json["id"] }] });
  });
});

test("a new name for the details of an existing version is a 409 that names the version", async () => {
  const { post } = await open();
  await post("/prompts", { path: "x", ...mock, version_name: "first" });
  expect((await post("/prompts", { path: "x", ...mock, version_name: "first" })).status).toBe(200);
  expect((await post("/prompts", { path: "x", ...mock })).status).toBe(200);
  const { status, json } = await post("/prompts", { path: "x", ...mock, version_name: "second" });
  expect(status).toBe(409);
  expect(JSON.stringify(json)).toContain('named \\"first\\"');
});
