import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { AgentError } from "../../../src/core/errors.ts";
import { runAttempts } from "../../../src/models/agents/agent-attempts.ts";
import { createHttpAttempt } from "../../../src/models/agents/http-agent.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Reply = (response: ServerResponse) => void;
const status =
  (code: number, body = "", headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };
const answer = status(200, '"positive"', { "content-type": "application/json" });
const reset: Reply = (response) => response.socket?.destroy();

async function open(replies: readonly Reply[]) {
  let count = 0;
  server = createServer((request, response) => {
    request.resume().on("end", () => (replies[Math.min(count++, replies.length - 1)] as Reply)(response));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const clock = createFakeClock();
  const { port } = server.address() as AddressInfo;
  const retries = { retries: 2, patienceMs: 300_000, clock, random: () => 0 };
  const attempt = createHttpAttempt(`http://127.0.0.1:${port}/run`, 5000);
  const reports = { sending: async () => {}, ended: () => {}, retrying: () => {} };
  const run = () =>
    runAttempts({ attempt, retries }, { inputs: {}, prompts: {}, model: {} }, { signal: undefined, reports });
  return { run, clock, count: () => count };
}

describe("an application behind a URL", () => {
  it.each<[string, Reply]>([
    ["429", status(429)],
    ["500", status(500)],
    ["503", status(503)],
    ["a reset", reset],
    ["a web page", status(200, "<html><title>Login</title></html>", { "content-type": "text/html" })],
  ])("is retried after %s", async (_, reply) => {
    const { run, count } = await open([reply, answer]);
    expect((await run()).output).toBe("positive");
    expect(count()).toBe(2);
  });

  it("is waited for as long as it asks, without counting rate-limit errors", async () => {
    const limited = status(429, "", { "retry-after": "20" });
    const { run, clock } = await open([limited, limited, limited, limited, answer]);
    expect((await run()).output).toBe("positive");
    expect(clock.sleeps).toEqual([20_000, 20_000, 20_000, 20_000]);
  });

  it.each<[string, Reply, RegExp, boolean, number]>([
    ["500", status(500, '{"error":"no database"}'), /returned 500: no database \(3 attempts\)$/, true, 3],
    ["a reset", reset, /could not be reached: other side closed \(3 attempts\)$/, true, 3],
    [
      "a web page",
      status(200, "<html><title>Login</title></html>"),
      /returned a web page: Login \(3 attempts\)$/,
      true,
      3,
    ],
    ["a long wait", status(429, "", { "retry-after": "3600" }), /asks for a wait of 3600 s$/, true, 1],
    ["400", status(400, "no such field"), /returned 400: no such field$/, false, 1],
  ])("that keeps answering with %s fails", async (_, reply, message, isInfrastructure, count) => {
    const opened = await open([reply]);
    const error: unknown = await opened.run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AgentError);
    expect(error).toMatchObject({ message: expect.stringMatching(message), isInfrastructure });
    expect(opened.count()).toBe(count);
  });
});
