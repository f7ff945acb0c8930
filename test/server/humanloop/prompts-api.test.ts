import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { type ServerWorld, startServer } from "../../support/server-world.ts";

const worlds: ServerWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
});

type Api = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; json: never; text: string }>;

async function open(): Promise<{ api: Api; world: ServerWorld }> {
  const traces = openTraceStore({ folder: mkdtempSync(join(tmpdir(), "dao-opt-humanloop-")) });
  const world = await startServer({ services: { registry: createMemoryRegistry(), traces } });
  worlds.push(world);
  const api: Api = async (method, path, body) => {
    const sent =
      body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const { status, text } = await world.send(method, `/v5${path}`, sent);
    return { status, text, json: (text === "" ? null : JSON.parse(text)) as never };
  };
  return { api, world };
}

const triage = {
  path: "support/triage",
  model: "gpt-4o",
  provider: "mock",
  template: [
    { role: "system", content: "About {{topic}}" },
    {
      role: "user",
      content: [
        { type: "text", text: "x" },
        { type: "image_url", image_url: { url: "http://127.0.0.1/x.png", detail: "low" } },
      ],
    },
  ],
  temperature: 0.2,
  stop: ["\n"],
  other: { a_b: 1, aB: 2 },
  tools: [{ name: "t", description: "d", strict: true, parameters: { type: "object" } }],
  linked_tools: ["tl_1"],
  attributes: { fooBar: 1 },
  version_name: "v1",
  version_description: "first",
  description: "desc",
  tags: ["a"],
  readme: "r",
  seed: null,
  max_tokens: null,
};

describe("prompts", () => {
  test("upsert returns every field, with defaults filled in", async () => {
    const { api } = await open();
    const { status, json } = await api("POST", "/prompts", triage);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      path: "support/triage",
      id: expect.stringMatching(/^pr_\w{21}$/),
      name: "triage",
      version_id: expect.stringMatching(/^prv_\w{21}$/),
      type: "prompt",
      model: "gpt-4o",
      endpoint: "chat",
      provider: "mock",
      template: triage.template,
      template_language: "default",
      max_tokens: -1,
      temperature: 0.2,
      top_p: 1,
      stop: ["\n"],
      other: { a_b: 1, aB: 2 },
      seed: null,
      tools: [{ name: "t", description: "d", strict: true, parameters: { type: "object" } }],
      linked_tools: ["tl_1"],
      attributes: { fooBar: 1 },
      version_name: "v1",
      version_description: "first",
      description: "desc",
      tags: ["a"],
      readme: "r",
      inputs: [{ name: "topic" }],
      environments: [{ name: "production", tag: "default" }],
      version_logs_count: 0,
    });
  });

  test("equal details are one version even if fields are omitted or null; another model is a second one", async () => {
    const { api } = await open();
    const first = (await api("POST", "/prompts", { path: "min", model: "gpt-4o" })).json as {
      version_id: string;
      id: string;
    };
    const same = await api("POST", "/prompts", {
      path: "min",
      model: "gpt-4o",
      temperature: 1,
      max_tokens: -1,
      stop: null,
    });
    expect(same.json).toMatchObject({ version_id: first.version_id, id: first.id });
    const other = await api("POST", "/prompts", { id: first.id, model: "gpt-4o", temperature: 0.5 });
    expect(other.json).not.toMatchObject({ version_id: first.version_id });
    const versions = (await api("GET", `/prompts/${first.id}/versions`)).json as { records: object[] };
    expect(versions.records).toHaveLength(2);
    // The first version stays in production.
    expect((await api("GET", `/prompts/${first.id}`)).json).toMatchObject({ version_id: first.version_id });
  });

  test("version names are unique: 409 on upsert and on renaming", async () => {
    const { api } = await open();
    const one = (await api("POST", "/prompts", { path: "x", model: "m", version_name: "a" })).json as {
      id: string;
    };
    const two = (await api("POST", "/prompts", { path: "x", model: "n", version_name: "b" })).json as {
      version_id: string;
    };
    const taken = await api("POST", "/prompts", { path: "x", model: "o", version_name: "a" });
    expect(taken).toMatchObject({ status: 409, json: { detail: expect.stringContaining('"a"') } });
    expect((await api("PATCH", `/prompts/${one.id}/versions/${two.version_id}`, { name: "a" })).status).toBe(
      409,
    );
    const renamed = await api("PATCH", `/prompts/${one.id}/versions/${two.version_id}`, {
      name: "c",
      description: "d",
    });
    expect(renamed).toMatchObject({ status: 200, json: { version_name: "c", version_description: "d" } });
  });

  test("list paginates up to an empty page, filters and sorts", async () => {
    const { api } = await open();
    for (const path of ["a/triage", "b/other", "c/triage two"])
      await api("POST", "/prompts", { path, model: "m" });
    const page = async (query: string) =>
      (await api("GET", `/prompts?${query}`)).json as {
        records: { path: string }[];
        page: number;
        size: number;
        total: number;
      };
    expect((await page("size=1&name=TRI&sort_by=name&order=asc")).records.map(({ path }) => path)).toEqual([
      "a/triage",
    ]);
    const second = await page("page=2&size=1&name=tri&sort_by=name&order=asc");
    expect(second).toMatchObject({ page: 2, size: 1, total: 2, records: [{ path: "c/triage two" }] });
    expect((await page("page=3&size=1&name=tri")).records).toEqual([]);
    expect((await page("")).records).toHaveLength(3);
    expect((await page("user_filter=me")).records).toEqual([]);
  });

  test("environments are listed, deployed to by id, cleared, and read by name", async () => {
    const { api, world } = await open();
    const { id } = (await api("POST", "/prompts", { path: "x", model: "m" })).json as { id: string };
    const second = (await api("POST", "/prompts", { path: "x", model: "n" })).json as { version_id: string };
    await world.send("GET", "/healthz");
    const staging = await api("POST", `/prompts/${id}/environments/staging?version_id=${second.version_id}`);
    // An unknown name lists the available ones.
    expect(staging).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining("production (env_") },
    });
    const [production] = (await api("GET", `/prompts/${id}/environments`)).json as {
      id: string;
      file: object;
    }[];
    expect(production).toMatchObject({ name: "production", tag: "default", file: { model: "m" } });
    const moved = await api(
      "POST",
      `/prompts/${id}/environments/${production?.id}?version_id=${second.version_id}`,
    );
    expect(moved.json).toMatchObject({ model: "n", environments: [{ name: "production" }] });
    expect((await api("GET", `/prompts/${id}?environment=production`)).json).toMatchObject({ model: "n" });
    expect((await api("GET", `/prompts/${id}?environment=nowhere`)).status).toBe(404);
    expect((await api("DELETE", `/prompts/${id}/environments/${production?.id}`)).status).toBe(204);
    expect((await api("GET", `/prompts/${id}`)).status).toBe(404);
    expect((await api("GET", `/prompts/${id}?version_id=${second.version_id}`)).status).toBe(200);
    expect(
      (await api("GET", `/prompts/${id}?version_id=${second.version_id}&environment=production`)).status,
    ).toBe(422);
  });

  test("move, populate, serialize, deserialize, delete", async () => {
    const { api } = await open();
    const { id } = (await api("POST", "/prompts", triage)).json as { id: string };
    expect((await api("PATCH", `/prompts/${id}`, { path: "new/path", name: "nn" })).json).toMatchObject({
      path: "new/path",
      id,
    });
    expect((await api("PATCH", `/prompts/${id}`, { name: "nn" })).json).toMatchObject({ path: "new/nn", id });
    expect((await api("GET", "/prompts/new%2Fnn")).json).toMatchObject({ id });
    const populated = (await api("POST", `/prompts/${id}/populate`, { topic: "cats" })).json as {
      populated_template: object[];
    };
    expect(populated.populated_template[0]).toEqual({ role: "system", content: "About cats" });
    expect(await api("POST", `/prompts/${id}/populate`, {})).toMatchObject({
      status: 422,
      json: { detail: [{ msg: expect.stringContaining("topic") }] },
    });
    const file = await api("GET", `/prompts/${id}/serialize`).catch(() => undefined);
    expect(file).toBeUndefined();
    expect(
      (await api("POST", "/prompts/deserialize", { prompt: "---\nmodel: x\ntemperature: 0\n---\n" })).json,
    ).toMatchObject({ model: "x", temperature: 0 });
    expect((await api("DELETE", `/prompts/${id}`)).status).toBe(204);
    expect(await api("GET", `/prompts/${id}`)).toMatchObject({
      status: 404,
      json: { detail: expect.stringContaining(id) },
    });
  });

  test("an invalid request is a 422 in the client's format", async () => {
    const { api } = await open();
    expect(await api("POST", "/prompts", { path: "x" })).toMatchObject({
      status: 422,
      json: { detail: [{ loc: ["body", "model"], msg: expect.any(String), type: expect.any(String) }] },
    });
    expect((await api("POST", "/prompts", { model: "m" })).status).toBe(422);
    expect((await api("POST", "/prompts", { path: "../x", model: "m" })).status).toBe(422);
    expect((await api("GET", "/prompts/..%2F..%2Fetc")).status).toBe(400);
    expect((await api("GET", "/nothing")).json).toHaveProperty("detail");
  });
});

describe("calls", () => {
  test("a call with inline details returns every field and is logged", async () => {
    const { api } = await open();
    await api("POST", "/prompts/log", { path: "other", prompt: { model: "m" }, log_id: "tp", output: "o" });
    const { status, json } = await api("POST", "/prompts/call", {
      path: "support/triage",
      inputs: { topic: "cats" },
      messages: [{ role: "user", content: "hi", name: null, tool_calls: null }],
      prompt: {
        model: "gpt-4o",
        provider: "mock",
        template: [{ role: "system", content: "About {{topic}}" }],
      },
      num_samples: 2,
      metadata: { a: 1 },
      user: "u",
      environment: "staging",
      log_id: "mylog",
      trace_parent_id: "tp",
      stream: false,
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: "mylog",
      log_id: "mylog",
      prompt: { path: "support/triage", model: "gpt-4o" },
      inputs: { topic: "cats" },
      metadata: { a: 1 },
      user: "u",
      environment: "staging",
      trace_parent_id: "tp",
      logs: [
        { index: 0, output: expect.any(String), finish_reason: "stop" },
        { index: 1, output: expect.any(String) },
      ],
    });
    const { id } = (json as { prompt: { id: string } }).prompt;
    expect((await api("GET", "/logs/mylog")).json).toMatchObject({
      id: "mylog",
      prompt: { id },
      inputs: { topic: "cats" },
    });
    const logs = (await api("GET", `/logs?file_id=${id}&size=5`)).json as {
      records: object[];
      total: number;
    };
    expect(logs.total).toBe(2);
    expect(
      (
        await api("POST", "/prompts/call", {
          path: "support/triage",
          inputs: { topic: "x" },
          log_id: "mylog",
        })
      ).status,
    ).toBe(409);
    expect((await api("GET", `/prompts/${id}`)).json).toMatchObject({
      version_logs_count: 2,
      total_logs_count: 2,
    });
  });

  test("missing variables, an unknown prompt and a provider without a key are errors", async () => {
    const { api } = await open();
    await api("POST", "/prompts", { path: "x", model: "gpt-4o", template: "About {{a}} and {{b}}" });
    expect(await api("POST", "/prompts/call", { path: "x" })).toMatchObject({
      status: 422,
      json: { detail: [{ msg: expect.stringContaining("a, b") }] },
    });
    expect((await api("POST", "/prompts/call", { path: "nowhere" })).status).toBe(404);
    const keyless = await api("POST", "/prompts/call", { path: "x", inputs: { a: 1, b: 2 } });
    expect(keyless.status).toBeLessThan(500);
    expect(keyless.text).toContain("OPENAI_API_KEY");
  });

  test("a stream consists of whole ASCII events, without [DONE] before its end", async () => {
    const { world, api } = await open();
    const { text, headers } = await world.send("POST", "/v5/prompts/call", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        path: "echo",
        prompt: { model: "gpt-4o", provider: "mock", template: "Repeat: {{text}}" },
        inputs: { text: "[DONE] ünïcödé 🙂" },
        num_samples: 2,
        stream: true,
      }),
    });
    expect(headers["content-type"]).toContain("text/event-stream");
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(text.split("[DONE]")).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for.
    expect(text).toMatch(/^[\x00-\x7f]*$/);
    const events = text
      .split("\n\n")
      .filter((event) => event.startsWith("data: {"))
      .map(
        (event) =>
          JSON.parse(event.slice("data: ".length)) as {
            index: number;
            output: string;
            id: string;
            prompt_id: string;
            version_id: string;
          },
      );
    for (const event of events)
      expect(event).toMatchObject({
        output: expect.any(String),
        id: expect.any(String),
        prompt_id: expect.stringMatching(/^pr_/),
        version_id: expect.stringMatching(/^prv_/),
      });
    for (const index of [0, 1]) {
      const whole = events
        .filter((event) => event.index === index)
        .map(({ output }) => output)
        .join("");
      const log = await api("GET", `/logs/${events.find((event) => event.index === index)?.id}`);
      expect(log.json).toMatchObject({ output: whole });
      expect(whole).not.toBe("");
    }
  });
});

describe("logs", () => {
  test("an application's own call is logged, changed, judged and deleted", async () => {
    const { api } = await open();
    const logged = await api("POST", "/prompts/log", {
      path: "support/triage",
      prompt: { model: "gpt-4o", template: [{ role: "system", content: "x" }] },
      messages: [{ role: "user", content: "q" }],
      inputs: { a: 1 },
      output: "o",
      output_message: { role: "assistant", content: "o" },
      prompt_tokens: 1,
      output_tokens: 2,
      prompt_cost: 0.1,
      output_cost: 0.2,
      provider_latency: 1.5,
      start_time: "1970-01-01T00:00:00.000Z",
      end_time: "1970-01-01T00:00:01.000Z",
      error: null,
      log_id: "L1",
      environment: "staging",
    });
    expect(logged).toMatchObject({
      status: 200,
      json: { id: "L1", prompt_id: expect.stringMatching(/^pr_/), session_id: null },
    });
    const { prompt_id: id } = logged.json as { prompt_id: string };
    expect(
      (await api("PATCH", `/prompts/${id}/log/L1`, { output: "new", output_tokens: 3 })).json,
    ).toMatchObject({ output: "new", output_tokens: 3, inputs: { a: 1 } });
    await api("POST", "/prompts", { path: "another", model: "m", template: "t" });
    const { json: another } = await api("GET", "/prompts/another");
    const stranger = (another as { id: string }).id;
    for (const owner of [stranger, "pr_nope"]) {
      const refused = await api("PATCH", `/prompts/${owner}/log/L1`, { output: "changed" });
      expect(refused.status).toBe(404);
    }
    const judged = await api("POST", "/evaluators/log", { parent_id: "L1", judgment: false, path: "thumbs" });
    expect(judged).toMatchObject({ status: 200, json: { parent_id: "L1" } });
    expect((await api("GET", "/logs/L1")).json).toMatchObject({
      output: "new",
      evaluator_logs: [{ rating: 0 }],
    });
    // Each judgment is returned unchanged under its evaluator; none replaces another.
    const given: [string, unknown][] = [
      ["ev/tone", ["rude", "long"]],
      ["ev/stars", 3],
      ["ev/words", "good"],
      ["ev/share", 0.5],
      ["ev/later", null],
    ];
    const answers: Record<string, unknown>[] = [judged.json as Record<string, unknown>];
    for (const [path, judgment] of given) {
      const { status, json } = await api("POST", "/evaluators/log", { parent_id: "L1", path, judgment });
      expect(status).toBe(200);
      answers.push(json as Record<string, unknown>);
    }
    const { evaluator_logs: logs } = (await api("GET", "/logs/L1")).json as {
      evaluator_logs: { id: string; judgment: unknown; evaluator: Record<string, unknown> }[];
    };
    expect(logs.map(({ judgment, evaluator }) => [evaluator["path"], judgment])).toEqual([
      ["thumbs", false],
      ...given,
    ]);
    expect(logs.map(({ id, evaluator }) => [id, evaluator["version_id"]])).toEqual(
      answers.map((one) => [one["id"], one["version_id"]]),
    );
    expect((await api("POST", "/evaluators/log", { parent_id: "none", judgment: true })).status).toBe(404);
    expect((await api("DELETE", "/logs?id=L1&id=L2")).status).toBe(204);
    expect((await api("GET", "/logs/L1")).status).toBe(404);
  });

  test("a flow with a decorated call inside, and its spans", async () => {
    const { api, world } = await open();
    const flow = (
      await api("POST", "/flows/log", {
        path: "flows/x",
        flow: { attributes: {} },
        log_status: "incomplete",
        inputs: { topic: "q" },
        messages: null,
        trace_parent_id: null,
      })
    ).json as { id: string };
    expect(flow).toMatchObject({
      flow_id: expect.stringMatching(/^fl_/),
      version_id: expect.stringMatching(/^flv_/),
      log_status: "incomplete",
    });
    const span = {
      traceId: "c1184b71b6c08dc975e7c20434eee3ef",
      spanId: "ea9be8869320f5dd",
      name: "humanloop.flow",
      startTimeUnixNano: 1795196486934000000,
      endTimeUnixNano: 1795196486943557600,
      attributes: [
        { key: "humanloop.file.path", value: { stringValue: "flows/x" } },
        { key: "humanloop.log.id", value: { stringValue: flow.id } },
        { key: "humanloop.log.output", value: { stringValue: "Hello" } },
        { key: "humanloop.log.log_status", value: { stringValue: "complete" } },
      ],
    };
    const sent = await world.send("POST", "/v5/import/otel/v1/traces", {
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(sent).toMatchObject({ status: 200, text: JSON.stringify({ records: [flow.id] }) });
    expect((await api("GET", `/logs/${flow.id}`)).json).toMatchObject({
      output: "Hello",
      log_status: "complete",
      inputs: { topic: "q" },
      flow: { path: "flows/x" },
    });
    expect((await api("PATCH", `/flows/logs/${flow.id}`, { output: "Bye" })).json).toMatchObject({
      output: "Bye",
    });
    expect(
      (
        await world.send("POST", "/v5/import/otel/v1/traces", {
          headers: { "content-type": "text/plain" },
          body: "no json",
        })
      ).status,
    ).toBe(200);
  });
});

describe("files and folders", () => {
  test("prompts are files, with their text on request", async () => {
    const { api } = await open();
    for (const path of ["support/triage", "support/deep/other", "top"])
      await api("POST", "/prompts", { path, model: "m", template: "Hi {{name}}" });
    const files = (
      await api("GET", "/files?path=support&type=prompt&type=agent&include_raw_file_content=true")
    ).json as { records: { path: string; raw_file_content: string }[] };
    expect(files.records.map(({ path }) => path).sort()).toEqual(["support/deep/other", "support/triage"]);
    expect(files.records[0]?.raw_file_content).toContain("Hi {{name}}");
    expect((await api("GET", "/files?type=flow")).json).toMatchObject({ records: [], total: 0 });
    expect((await api("GET", "/files?type=bogus")).status).toBe(422);
    expect((await api("GET", "/files?path=nowhere")).text).toContain("Directory `nowhere` does not exist");
    expect((await api("GET", "/files?environment=nowhere")).text).toContain(
      "Environment `nowhere` does not exist",
    );
    expect(
      (await api("POST", "/files/retrieve-by-path?environment=production", { path: "support/triage" })).json,
    ).toMatchObject({ path: "support/triage" });
    const folders = (await api("GET", "/directories")).json as { path: string; id: string }[];
    expect(folders.map(({ path }) => path)).toEqual(["", "support", "support/deep"]);
    expect((await api("GET", `/directories/${folders[1]?.id}`)).json).toMatchObject({
      path: "support",
      files: [{ path: "support/triage" }],
      subdirectories: [{ path: "support/deep" }],
      parents: [{ path: "" }],
    });
  });
});
