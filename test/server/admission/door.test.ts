import { request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { createRoute, z } from "@hono/zod-openapi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plainShape } from "../../../src/server/problem.ts";
import { createRouteApp, type RouteGroup } from "../../../src/server/route-group.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

/** Accepts any JSON and returns how it was called. */
const openGroup: RouteGroup = {
  name: "anything",
  prefixes: ["/"],
  shape: plainShape,
  access: ({ method, path }) => (path === "/open" ? "open" : method === "GET" ? "read" : "write"),
  routes({ log }) {
    const app = createRouteApp(plainShape, log);
    const route = createRoute({
      method: "post",
      path: "/things",
      request: { body: { content: { "application/json": { schema: z.json() } } } },
      responses: { 200: { description: "ok", content: { "application/json": { schema: z.json() } } } },
    });
    app.openapi(route, (context) => context.json({ ok: true }, 200));
    app.get("*", (context) => context.json({ ok: true }));
    return app;
  },
};
const json = { "content-type": "application/json" };
const codeOf = (answer: { readonly json: unknown }) =>
  (answer.json as { error?: { code: string } }).error?.code;

let world: ServerWorld;
const restart = async (options: WorldOptions) => {
  await world.server.close(0);
  world = await startServer({ groups: [openGroup], ...options });
};
beforeEach(async () => {
  world = await startServer({ groups: [openGroup], bodyLimitBytes: 1000, nestingLimit: 10 });
});
afterEach(() => world.server.close(0));

describe("keys", () => {
  beforeEach(() => restart({ apiKeys: [{ value: "all" }, { value: "look", isReadOnly: true }] }));

  it.each([
    ["none", {}, 401],
    ["an empty one", { "x-api-key": "" }, 401],
    ["a wrong one", { "x-api-key": "al" }, 401],
    ["a longer one", { "x-api-key": "alll" }, 401],
    ["the right one", { "x-api-key": "all" }, 200],
    ["the right one as Bearer", { authorization: "Bearer all" }, 200],
    ["the right one in small letters", { authorization: "bearer all" }, 200],
    ["the right one as a browser's password", { authorization: `Basic ${btoa("anyone:all")}` }, 200],
    ["a wrong password", { authorization: `Basic ${btoa("all:no")}` }, 401],
    ["another scheme", { authorization: "Digest all" }, 401],
    ["the read-only one", { "x-api-key": "look" }, 200],
  ])("with %s, reading gives its answer or 401", async (_, headers, status) => {
    const answer = await world.send("GET", "/x", { headers });
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(codeOf(answer)).toBe("unauthorized");
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    }
  });

  it("allows a read-only key to read but not to write", async () => {
    const headers = { ...json, "x-api-key": "look" };
    const refused = await world.send("POST", "/things", { headers, body: "{}" });
    expect([refused.status, codeOf(refused)]).toEqual([403, "read_only_key"]);
    expect(
      (await world.send("POST", "/things", { headers: { ...json, "x-api-key": "all" }, body: "{}" })).status,
    ).toBe(200);
  });

  it("keeps public paths open, and never repeats a key", async () => {
    expect((await world.send("GET", "/open")).status).toBe(200);
    const { text } = await world.send("GET", "/x", { headers: { "x-api-key": "guessed-key" } });
    expect(text).not.toContain("guessed-key");
  });
});

describe("names of the server", () => {
  it.each([
    ["127.0.0.1", 200],
    ["127.0.0.1:4040", 200],
    ["localhost:1", 200],
    ["LOCALHOST", 200],
    ["localhost.", 200],
    ["dao.localhost:4040", 200],
    ["[::1]:4040", 200],
    ["evil.example", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost.evil.example:4040", 421],
    ["evil.example#.localhost", 400],
    ["10.0.0.1", 421],
    ["0.0.0.0", 421],
    ["a b", 400],
  ])("on loopback, %s gives %d", async (host, status) => {
    expect((await world.send("GET", "/x", { headers: { host } })).status).toBe(status);
  });

  it("accepts allowed names, and any name on other addresses if none are configured", async () => {
    const apiKeys = [{ value: "k" }];
    const call = async (host: string) =>
      (await world.send("GET", "/x", { headers: { host, "x-api-key": "k" } })).status;
    await restart({ apiKeys, allowedHosts: ["Dao.Example"] });
    expect([await call("dao.example:4040"), await call("evil.example")]).toEqual([200, 421]);
    await restart({ apiKeys, host: "0.0.0.0" });
    expect([await call("dao.example"), await call("10.0.0.7")]).toEqual([200, 200]);
    await restart({ apiKeys, host: "0.0.0.0", allowedHosts: ["dao.example"] });
    expect([await call("dao.example"), await call("10.0.0.7"), await call("evil.example")]).toEqual([
      200, 200, 421,
    ]);
  });

  it("rejects a request without a Host header", async () => {
    const status = await new Promise((resolve) => {
      const sent = request(
        { port: world.address.port, path: "/x", setHost: false, agent: false },
        (response) => resolve(response.resume().statusCode),
      );
      sent.end();
    });
    expect(status).toBe(400);
  });
});

describe("pages of other origins", () => {
  it.each([
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://127.0.0.1:1" }, 403],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, 403],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 200],
    [{ "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }, 200],
  ])("%o gives %d, and no CORS header", async (headers, status) => {
    const answer = await world.send("GET", "/x", { headers });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("accepts requests from its own pages", async () => {
    const origin = world.address.url;
    expect((await world.send("GET", "/x", { headers: { origin, host: origin.slice(7) } })).status).toBe(200);
  });

  it("does not answer preflight requests", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    expect((await world.send("OPTIONS", "/things", { headers })).status).toBe(403);
  });
});

describe("paths", () => {
  it.each([
    "/a%2fb",
    "/a%2Fb",
    "/a%5cb",
    "/a\\b",
    "/a%00",
    "/%0d%0a",
    "/../x",
    "/a/%2e%2e/b",
    "/a/.%2E",
    "/%",
    "/%zz",
    "/%ff",
  ])("%s is refused", async (path) => {
    const answer = await world.send("GET", path);
    expect([answer.status, codeOf(answer)]).toEqual([400, "path_invalid"]);
  });

  it.each(["/a%20b", "/a..b", "/.../x", "/%C3%A9", "/a?x=%2f%00"])("%s is not", async (path) => {
    expect((await world.send("GET", path)).status).toBe(200);
  });
});

describe("bodies", () => {
  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "",
  ])("of type %j are refused", async (type) => {
    const answer = await world.send("POST", "/things", { headers: { "content-type": type }, body: "{}" });
    expect([answer.status, codeOf(answer)]).toEqual([415, "content_type_refused"]);
  });

  it("may name a charset", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await world.send("POST", "/things", { headers, body: "{}" })).status).toBe(200);
  });

  it.each([
    ["announced", {}],
    ["chunked", { "transfer-encoding": "chunked" }],
  ])("that are too large are refused, %s", async (_, headers) => {
    const body = JSON.stringify("x".repeat(999));
    const answer = await world.send("POST", "/things", { headers: { ...json, ...headers }, body });
    expect([answer.status, codeOf(answer)]).toEqual([413, "body_too_large"]);
    const fits = JSON.stringify("x".repeat(990));
    expect(
      (await world.send("POST", "/things", { headers: { ...json, ...headers }, body: fits })).status,
    ).toBe(200);
  });

  it("of megabytes are rejected with a readable reason", async () => {
    const answer = await world.send("POST", "/things", { headers: json, body: "x".repeat(30_000_000) });
    expect(answer.status).toBe(413);
  });

  it("nested too deep are rejected before they are parsed", async () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const send = (body: string) => world.send("POST", "/things", { headers: json, body });
    expect(codeOf(await send(nested(11)))).toBe("body_too_deep");
    expect(codeOf(await send("[".repeat(900)))).toBe("body_too_deep");
    expect(codeOf(await send(`${'{"a":'.repeat(11)}1${"}".repeat(11)}`))).toBe("body_too_deep");
    expect((await send(nested(10))).status).toBe(200);
    expect((await send(JSON.stringify("[".repeat(100)))).status).toBe(200);
  });

  it("nested too deep are rejected in every content encoding", async () => {
    const body = "[".repeat(900);
    for (const coding of ["identity", " Identity"]) {
      const headers = { ...json, "content-encoding": coding };
      expect(codeOf(await world.send("POST", "/things", { headers, body }))).toBe("body_too_deep");
    }
  });

  it.each(["gzip", "br", "deflate", "gzip, identity", "x"])(
    "in the coding %j are refused as such",
    async (coding) => {
      const headers = { ...json, "content-encoding": coding };
      const answer = await world.send("POST", "/things", { headers, body: gzipSync("{}") });
      expect([answer.status, answer.json]).toEqual([
        415,
        {
          error: {
            code: "encoding_refused",
            message: `unsupported content encoding ${JSON.stringify(coding)}`,
            hint: "send it uncompressed",
            issues: [],
          },
        },
      ]);
    },
  );

  it.each([
    ["in Latin-1", Buffer.from('"caf\xe9"', "latin1")],
    ["cut in a letter", Buffer.from('"caf\xe9', "utf8").subarray(0, -1)],
    ["of half a pair", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["in UTF-16", Buffer.from('\ufeff"hello"', "utf16le")],
  ])("%s are rejected, and no character is replaced", async (_, body) => {
    const headers = { "content-type": "application/json; charset=iso-8859-1" };
    const answer = await world.send("POST", "/things", { headers, body });
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { error: { code: "body_invalid", message: "the body is not UTF-8 text" } },
    ]);
    const good = Buffer.from('\ufeff"caf\xe9 \ufffd"', "utf8");
    expect((await world.send("POST", "/things", { headers, body: good })).status).toBe(200);
  });

  it("aborted by the sender are not reported as bugs", async () => {
    const { port } = world.address;
    const head = "POST /things HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    for (const rest of ['Content-Length: 100\r\n\r\n{"a":', "Transfer-Encoding: chunked\r\n\r\nff\r\n{"]) {
      const socket = connect(port, "127.0.0.1");
      await new Promise<void>((resolve) => socket.write(head + rest, () => resolve()));
      // The next answer is sent only after the server has read the previous request.
      expect((await world.send("GET", "/x")).status).toBe(200);
      await new Promise<void>((resolve) => socket.on("close", () => resolve()).destroy());
    }
    await world.server.close(0);
    expect(world.logged).toEqual([]);
  });
});
