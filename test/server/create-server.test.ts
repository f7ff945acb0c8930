import { connect } from "node:net";
import { createRoute, z } from "@hono/zod-openapi";
import { stream } from "hono/streaming";
import { afterEach, describe, expect, it } from "vitest";
import { NotFoundError } from "../../src/core/errors.ts";
import { healthGroup } from "../../src/server/health-routes.ts";
import { createRouteApp, type RouteGroup } from "../../src/server/route-group.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../support/server-world.ts";

const worlds: ServerWorld[] = [];
async function start(options: WorldOptions = {}): Promise<ServerWorld> {
  const world = await startServer(options);
  worlds.push(world);
  return world;
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
});

const echoRoute = createRoute({
  method: "post",
  path: "/echo/{id}",
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: { "application/json": { schema: z.object({ n: z.number() }) } } },
  },
  responses: {
    200: {
      description: "the number",
      content: { "application/json": { schema: z.object({ id: z.string(), n: z.number() }) } },
    },
  },
});

/** A group with a schema, a known error, a bug, and a stream that ends on demand. */
function echoGroup(release: Promise<void> = Promise.resolve()): RouteGroup {
  return {
    name: "echo",
    prefixes: ["/echo", "/fail", "/bug", "/stream"],
    shape: ({ status, message, issues }) => ({ detail: issues?.length ? issues : message, status }),
    routes({ log }) {
      const own = createRouteApp(
        ({ message, issues }) => ({ detail: issues?.length ? issues : message }),
        log,
      );
      own.openapi(echoRoute, (context) =>
        context.json({ id: context.req.valid("param").id, n: context.req.valid("json").n }, 200),
      );
      own.get("/fail", () => {
        throw new NotFoundError("prompt", "x");
      });
      own.get("/bug", () => {
        throw new TypeError("secret inside");
      });
      own.get("/stream", (context) => {
        context.header("content-type", "text/event-stream");
        return stream(context, async (out) => {
          await out.write("data: 1\n\n");
          await release;
          await out.write("data: 2\n\n");
        });
      });
      return own;
    },
  };
}
const json = { "content-type": "application/json" };

describe("createServer", () => {
  it("answers health, counts requests, and describes itself from the schemas that validate", async () => {
    const { send } = await start({ groups: [healthGroup, echoGroup()] });
    const health = await send("GET", "/healthz");
    expect([health.status, health.json]).toEqual([200, { status: "ok", version: "0.0.0" }]);
    const { text } = await send("GET", "/metrics");
    expect(text).toContain('dao_opt_http_requests_total{group="server",method="GET",status="200"} 1');
    expect(text).toContain("dao_opt_traces_appended_total 0");
    const document = (await send("GET", "/openapi.json")).json as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(["/healthz", "/metrics", "/echo/{id}"]);
  });

  it("returns schema errors, known errors and bugs in the group's format", async () => {
    const { send, logged, loggedErrors } = await start({ groups: [echoGroup()] });
    const refused = await send("POST", "/echo/a", { headers: json, body: '{"n":"x"}' });
    expect(refused.status).toBe(422);
    expect(refused.json).toMatchObject({ detail: [{ path: ["body", "n"] }] });
    const broken = await send("POST", "/echo/a", { headers: json, body: '{"n":' });
    expect(broken.status).toBe(400);
    const missing = await send("GET", "/fail");
    expect([missing.status, missing.json]).toEqual([404, { detail: 'no prompt named "x"' }]);
    const bug = await send("GET", "/bug");
    expect([bug.status, bug.json]).toEqual([500, { detail: "the server failed on this request" }]);
    expect(logged).toEqual(["bug in GET /bug: secret inside"]);
    expect(loggedErrors).toEqual(logged);
  });

  it("describes every route", async () => {
    const { send } = await start();
    const { status, json } = await send("GET", "/openapi.json");
    expect(status).toBe(200);
    const { paths } = json as { readonly paths: Readonly<Record<string, object>> };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/healthz", "/metrics", "/v1/traces", "/event", "/api/v1/updateChain"]),
    );
  });

  it("answers an unknown path with an error", async () => {
    const { send } = await start({ groups: [healthGroup] });
    expect((await send("GET", "/nix")).json).toEqual({
      error: { code: "not_found", message: "no such path", hint: null, issues: [] },
    });
    expect((await send("GET", "/healthz/nix")).status).toBe(404);
  });

  it("reports that a port is in use, and rejects other addresses without a key", async () => {
    const { address } = await start({ groups: [] });
    await expect(startServer({ groups: [], port: address.port })).rejects.toMatchObject({
      code: "usage_invalid",
      message: `port ${address.port} of 127.0.0.1 is in use`,
    });
    await expect(startServer({ groups: [], host: "0.0.0.0" })).rejects.toMatchObject({
      code: "usage_invalid",
      message: expect.stringContaining("no API key is set"),
    });
    const open = await start({ groups: [healthGroup], host: "0.0.0.0", apiKeys: [{ value: "k" }] });
    expect((await open.send("GET", "/metrics", { headers: { "x-api-key": "k" } })).status).toBe(200);
  });

  it("lets a stream finish on shutdown, and counts it while it is open", async () => {
    const gate = withResolvers();
    const { send, server, traces } = await start({ groups: [healthGroup, echoGroup(gate.promise)] });
    const streamed = send("GET", "/stream");
    let text = "";
    while (!text.includes("dao_opt_streams_open 1")) text = (await send("GET", "/metrics")).text;
    let flushed = 0;
    Object.assign(traces, {
      flush: async () => {
        flushed++;
        return { count: 0 };
      },
    });
    const closed = server.close(60_000);
    gate.resolve();
    expect((await streamed).text).toBe("data: 1\n\ndata: 2\n\n");
    await closed;
    expect(flushed).toBe(1);
    await expect(send("GET", "/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("closes open connections after the grace period", async () => {
    const { send, server } = await start({ groups: [echoGroup(new Promise(() => {}))] });
    const streamed = send("GET", "/stream").catch((error: NodeJS.ErrnoException) => error.code);
    await send("GET", "/fail");
    await server.close(50);
    expect(await streamed).toBe("ECONNRESET");
  });

  it("closes connections whose headers arrive too slowly", async () => {
    const { address } = await start({ groups: [healthGroup], headersTimeoutMs: 100 });
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(address.port, "127.0.0.1", () =>
        socket.write("GET /healthz HTTP/1.1\r\nHost: loc"),
      );
      socket.on("data", (chunk) => {
        text += String(chunk);
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
  });
});

describe("a body that never ends", () => {
  it("does not delay the answer", async () => {
    const { address } = await start({ groups: [echoGroup()], headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(address.port, "127.0.0.1", () =>
        socket.write(
          "POST /echo/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        ),
      );
      socket.on("data", (chunk) => {
        text += String(chunk);
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
  });
});

function withResolvers() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
