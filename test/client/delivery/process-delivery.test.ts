import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAI as Official } from "openai";
import { describe, expect, it } from "vitest";
import type { DaoOptOptions } from "../../../src/client/client-options.ts";
import { createProcessDelivery } from "../../../src/client/delivery/process-delivery.ts";
import type { ClientHost } from "../../../src/client/process-host.ts";
import { createClientRecorder } from "../../../src/client/record/client-recorder.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { createMemoryTraces } from "../../support/memory-traces.ts";
import { startRawUpstream } from "../../support/raw-upstream.ts";
import { filesBelow, readText } from "../../support/workspace.ts";

/** A process whose end a test can trigger. */
function createHost() {
  const drains: (() => Promise<void>)[] = [];
  const warnings: string[] = [];
  const host: ClientHost = {
    env: {},
    onBeforeExit: (drain) => drains.push(drain),
    warn: (message) => warnings.push(message),
  };
  return { host, warnings, end: () => Promise.all(drains.map((drain) => drain())) };
}

/** Calls through a recorder, made like a client of this package. */
function openCaller(host: ClientHost, baseURL: string, daoOpt: DaoOptOptions, drainMs?: number) {
  const delivery = createProcessDelivery(host, drainMs);
  const client = new Official({ apiKey: "sk-0123456789", baseURL, maxRetries: 0 });
  const recorder = createClientRecorder({ client, provider: "openai", options: { daoOpt }, host, delivery });
  const post = (body: object) =>
    recorder.post("/chat/completions", { body, stream: "stream" in body }, (path, options) =>
      client.post(path, options),
    );
  return { recorder, post };
}

const body = { model: "m", messages: [{ role: "user", content: "x" }] };

describe("the end of a process", () => {
  it("waits until every event is on the disk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dao-opt-drain-"));
    const server = await startLoopbackOpenAI();
    const { host, warnings, end } = createHost();
    const { post } = openCaller(host, server.baseUrl, { store: folder, promptName: "p" });
    await Promise.all(Array.from({ length: 25 }, () => post(body)));
    await end();
    const files = await filesBelow(folder);
    const lines = (await Promise.all(files.map((file) => readText(folder, file))))
      .join("")
      .trim()
      .split("\n");
    expect(lines).toHaveLength(25);
    expect(warnings).toEqual([]);
    // Nothing is left to do, so nothing may keep the process alive.
    await end();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("records streams and answers that are never read", async () => {
    const server = await startLoopbackOpenAI();
    const { host, end } = createHost();
    const store = createMemoryTraces();
    const { post } = openCaller(host, server.baseUrl, { store, promptName: "p" });
    await post({ ...body, stream: true });
    void post(body);
    await server.reached(2);
    await end();
    expect(store.kept.map(({ error }) => error)).toEqual(
      Array(2).fill("The answer was never read to the end."),
    );
    await server.close();
  });

  it("does not wait for a server that hangs for longer than it may, and reports what was lost", async () => {
    const upstream = await startRawUpstream((seen, response) => {
      if (seen.url.endsWith("/event")) return;
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"choices":[]}');
    });
    const { host, warnings, end } = createHost();
    const { post, recorder } = openCaller(
      host,
      upstream.origin,
      { url: upstream.origin, promptName: "p" },
      20,
    );
    await Promise.all(Array.from({ length: 12 }, () => post(body)));
    await end();
    expect((await recorder.flush()).count).toBe(12);
    expect(warnings[0]).toMatch(/^dao-opt\/openai: 1 event was not recorded: 127\.0\.0\.1/);
    expect(warnings.at(-1)).toMatch(/^dao-opt\/openai: 12 events were not recorded: /);
    expect(warnings).toHaveLength(3);
    await upstream.close();
  });
});

describe("clients of one process", () => {
  it("share a sink for the same destination", async () => {
    const { host } = createHost();
    const delivery = createProcessDelivery(host);
    const one = { kind: "folder", folder: "/tmp/dao-opt-a" } as const;
    const opened = await delivery.openSink(one);
    expect(await delivery.openSink({ ...one })).toBe(opened);
    expect(await delivery.openSink({ ...one, folder: "/tmp/dao-opt-b" })).not.toBe(opened);
  });
});
