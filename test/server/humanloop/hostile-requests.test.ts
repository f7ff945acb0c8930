import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { type Answer, type ServerWorld, startServer } from "../../support/server-world.ts";

const secret = "sk-given-with-a-request-0123456789";
const script = "<script>alert(1)</script>{{name}}";
let folder: string;
let world: ServerWorld;
let provider: LoopbackOpenAI;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-hostile-"));
  provider = await startLoopbackOpenAI({ answer: () => script });
  world = await startServer({
    services: {
      registry: openRegistry(join(folder, "prompts")),
      traces: openTraceStore({ folder: join(folder, "traces") }),
      env: { OPENAI_BASE_URL: provider.baseUrl },
    },
  });
});
afterAll(async () => {
  await world.server.close(0);
  await provider.close();
});

const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
  world.send(method, path, {
    ...(body === undefined
      ? {}
      : {
          headers: { "content-type": "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
  });

function filesBelow(): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), "utf8") }));
}

describe("hostile requests", () => {
  test.each([
    "../outside",
    "a/../../outside",
    "/etc/passwd",
    "a//b",
    "a/./b",
    ".hidden/x",
    "a\0b",
    "a\\b",
    "CON",
    "a/nul.txt",
    "C:/x",
    "a/production",
    "a/7",
    "a/latest",
    "a\u202ex",
    "ａ／．．／b",
    "a\u200bb",
    "x".repeat(300),
  ])("no prompt and no directory is made at %j", async (path) => {
    const before = filesBelow().length;
    for (const [at, body] of [
      ["/v5/prompts", { path, model: "m" }],
      ["/v5/prompts/call", { path, prompt: { model: "m", provider: "mock" } }],
      ["/v5/prompts/log", { path, prompt: { model: "m" }, output: "x" }],
    ] as const) {
      const { status, json } = await send("POST", at, body);
      expect({ at, status, json }).toMatchObject({
        status: expect.toSatisfy(isRefusal),
        json: { detail: expect.anything() },
      });
    }
    expect(filesBelow()).toHaveLength(before);
  });

  test("a prompt is not moved, and a directory not created, outside the registry", async () => {
    const { id } = (await send("POST", "/v5/prompts", { path: "in/side", model: "m" })).json as {
      id: string;
    };
    expect((await send("PATCH", `/v5/prompts/${id}`, { path: "../out" })).status).toBe(422);
    expect((await send("PATCH", `/v5/prompts/${id}`, { name: "../out" })).status).toBe(422);
    expect((await send("POST", "/v5/directories", { path: "../out" })).status).toBe(422);
    expect((await send("POST", "/v5/directories", { name: "x", parent_id: "../out" })).status).toBe(404);
    expect((await send("GET", "/v5/prompts/..%2F..%2Fetc%2Fpasswd")).status).toBe(400);
    expect((await send("GET", "/prompts/%2e%2e%2fprompts")).status).toBe(400);
    expect((await send("GET", `/v5/prompts/${id}`)).json).toMatchObject({ path: "in/side" });
  });

  test("bodies that are too deep, too long, not JSON or of another type are rejected, and malformed decorated spans skipped", async () => {
    const deep = `{"path":"x","model":"m","other":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`;
    expect((await send("POST", "/v5/prompts", deep)).status).toBe(400);
    expect((await send("POST", "/v5/prompts", "{")).json).toMatchObject({ detail: [{ loc: ["body"] }] });
    expect((await send("POST", "/v5/prompts", `"${"x".repeat(21 * 1024 * 1024)}"`)).status).toBe(413);
    const typed = await world.send("POST", "/v5/prompts", {
      headers: { "content-type": "text/plain" },
      body: '{"path":"x","model":"m"}',
    });
    expect(typed.status).toBe(415);
    const value = `${'{"kvlistValue":{"values":[{"key":"a","value":'.repeat(3000)}{}${"}]}}".repeat(3000)}`;
    const spans = await world.send("POST", "/v5/import/otel/v1/traces", {
      headers: { "content-type": "text/plain" },
      body: `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"humanloop.log.x","value":${value}}]}]}]}]}`,
    });
    expect([spans.status, spans.json]).toEqual([200, { records: [] }]);
    const polluting =
      '{"path":"proto","model":"m","other":{"__proto__":{"polluted":true}},"attributes":{"constructor":1}}';
    expect((await send("POST", "/v5/prompts", polluting)).status).toBeLessThan(500);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("scripts in templates, names, inputs and outputs are returned as JSON or plain text, never as HTML", async () => {
    const { json } = await send("POST", "/v5/prompts", {
      path: "scripts",
      model: "gpt-4o",
      template: script,
      description: script,
    });
    const { id } = json as { id: string };
    const called = await send("POST", "/v5/prompts/call", {
      id,
      inputs: { name: script },
      provider_api_keys: { openai: secret },
    });
    const { log_id: logId } = called.json as { log_id: string };
    const answers = [
      called,
      await send("GET", `/v5/prompts/${id}`),
      await send("GET", `/v5/prompts/${id}/serialize`),
      await send("GET", `/v5/logs/${logId}`),
      await send("GET", `/v5/prompts/${encodeURIComponent(script).replaceAll("%2F", "-")}`),
    ];
    expect(answers.map(({ headers }) => String(headers["content-type"]).replace(/;.*/, ""))).toEqual([
      "application/json",
      "application/json",
      "text/plain",
      "application/json",
      "application/json",
    ]);
  });

  test("a provider key in a request is sent only to the provider, and is in no file, log line or answer", async () => {
    const body = {
      path: "keys",
      prompt: { model: "gpt-4o", template: "Hi" },
      provider_api_keys: { openai: secret },
    };
    const plain = await send("POST", "/v5/prompts/call", body);
    const streamed = await send("POST", "/v5/prompts/call", { ...body, stream: true });
    const refused = await send("POST", "/v5/prompts/call", { ...body, num_samples: "many" });
    expect([plain.status, streamed.status, refused.status]).toEqual([200, 200, 422]);
    expect(provider.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
    // A call without the key is sent without it: the key was not stored.
    const { provider_api_keys: _, ...keyless } = body;
    expect((await send("POST", "/v5/prompts/call", keyless)).status).toBe(200);
    expect(provider.requests.at(-1)?.headers.authorization ?? "").not.toContain(secret);
    await send("GET", "/metrics");
    const exported = [
      plain.text,
      streamed.text,
      refused.text,
      ...world.logged,
      ...filesBelow().map(({ text }) => text),
    ];
    for (const text of exported) expect(text).not.toContain(secret);
    expect(filesBelow().some(({ text }) => text.includes('"keys"'))).toBe(true);
  });
});

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}
