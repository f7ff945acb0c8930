import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type ServerWorld, startServer } from "../../support/server-world.ts";

const [writer, reader] = ["writer-0123456789", "reader-0123456789"];
let world: ServerWorld | undefined;
afterEach(async () => {
  await world?.server.close(0);
  world = undefined;
});

async function start(keys = false): Promise<ServerWorld> {
  world = await startServer(
    keys ? { apiKeys: [{ value: writer }, { value: reader, isReadOnly: true }] } : {},
  );
  return world;
}

/** The first line of the answer to bytes as they are. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.on("data", (bytes) => {
      got += String(bytes);
      if (got.includes("\r\n")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(got.split("\r\n")[0] ?? ""));
  });
}

test.each([
  ["a whole URL as the target", "GET http://127.0.0.1/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ["no path at all", "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ["two hosts", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"],
  ["no host", "GET /healthz HTTP/1.1\r\n\r\n"],
  [
    "two framings",
    "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "two lengths",
    "POST /v5/prompts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\nabcd",
  ],
  ["a folded header", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n"],
  ["an encoded way up through the proxy", "GET /openai/v1/%2e%2e/admin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
])("%s: is a 400", async (_, text) => {
  const { address } = await start();
  expect(await raw(address.port, text)).toBe("HTTP/1.1 400 Bad Request");
});

test("a read-only key cannot write through another spelling of a path", async () => {
  const { address, send } = await start(true);
  const body = JSON.stringify({ path: "x", model: "m" });
  for (const target of [
    "/v5/prompts",
    "/prompts",
    `http://127.0.0.1:${address.port}/v5/prompts`,
    "//v5/prompts",
  ]) {
    const headers = { "content-type": "application/json", "x-api-key": reader };
    const { status } = await send("POST", target, { headers, body });
    expect({ target, status }).toEqual({
      target,
      status: expect.toSatisfy((code: number) => code >= 400 && code < 500),
    });
  }
  const listed = await send("GET", "/v5/prompts", { headers: { "x-api-key": reader } });
  expect(listed.json).toMatchObject({ records: [] });
});

test("members named __proto__ pollute nothing", async () => {
  const { send } = await start();
  const headers = { "content-type": "application/json" };
  const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  const body = `{"path":"x","model":"m","prompt":{"model":"m"},"output":"o","attributes":${evil},"metadata":${evil},"inputs":${evil},"__proto__":{"polluted":1}}`;
  for (const path of [
    "/v5/prompts",
    "/v5/prompts/log",
    "/v5/prompts/call",
    "/event",
    "/feedback",
    "/v5/flows/log",
  ])
    await send("POST", path, { headers, body });
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("a short template that repeats a long value too often is rejected", async () => {
  const { send } = await start();
  const headers = { "content-type": "application/json" };
  const long = "x".repeat(500_000);
  const event = {
    apiName: "n",
    params: { a: long },
    promptTemplateText: "{a}".repeat(50_000),
    response: "r",
  };
  expect((await send("POST", "/event", { headers, body: JSON.stringify(event) })).status).toBe(400);
  const prompt = { model: "m", provider: "mock", template: "{{a}}".repeat(50_000) };
  const call = JSON.stringify({ path: "x", prompt, inputs: { a: long } });
  expect((await send("POST", "/v5/prompts/call", { headers, body: call })).status).toBe(422);
});

test("a path with too many folders is rejected before any is created", async () => {
  const { send } = await start();
  const body = JSON.stringify({ path: `${"a/".repeat(50_000)}b`, model: "m" });
  const { status, text } = await send("POST", "/v5/prompts", {
    headers: { "content-type": "application/json" },
    body,
  });
  expect([status, text.length < 1000]).toEqual([422, true]);
});
