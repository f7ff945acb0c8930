import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { createBodyTurns } from "../../../src/server/admission/body-turns.ts";

const mebibyte = 1024 * 1024;
let close = () => {};
afterEach(() => close());

/** A server that answers on demand, and records how many bodies it processes at once. */
async function start() {
  const turns = createBodyTurns(20 * mebibyte, async () => undefined);
  const answers: (() => void)[] = [];
  let under = 0;
  let most = 0;
  const server = createServer((asked, response) => {
    turns.take(
      asked,
      response,
      () => {
        most = Math.max(most, ++under);
        response.once("close", () => under--);
        asked.resume();
        answers.push(() => response.end("ok"));
      },
      () => response.writeHead(429).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  const send = (bytes: number, body = Buffer.alloc(bytes)) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(
        { port, host: "127.0.0.1", method: "POST", headers: { "content-length": bytes } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      sent.on("error", reject);
      // The server is closed while the rest of a body may still be on its way.
      sent.on("socket", (socket) => socket.on("error", () => {}));
      sent.end(body);
    });
  return { send, answers, port, most: () => most };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

test("large bodies are processed one at a time, small ones concurrently", async () => {
  const { send, answers, most } = await start();
  const large = [send(19 * mebibyte), send(19 * mebibyte), send(19 * mebibyte)];
  await vi.waitFor(() => expect(answers.length).toBe(1), 20_000);
  await settled();
  expect([answers.length, most()]).toEqual([1, 1]);
  const small = [send(1000), send(1000)];
  await vi.waitFor(() => expect(answers.length).toBe(3), 20_000);
  for (let at = 0; at < 5; at++) {
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(at), 20_000);
    answers[at]?.();
  }
  expect(await Promise.all([...large, ...small])).toEqual([200, 200, 200, 200, 200]);
  expect(most()).toBe(3);
});

test("a request aborted in the queue does not block the others", async () => {
  const { send, answers, port } = await start();
  const first = send(15 * mebibyte);
  await settled();
  const leaving = request({
    ...{ port, host: "127.0.0.1", method: "POST", headers: { "content-length": 15 * mebibyte } },
  });
  leaving.on("error", () => {});
  leaving.on("socket", (socket) => socket.on("error", () => {}));
  leaving.write("x");
  await settled();
  leaving.destroy();
  const last = send(15 * mebibyte);
  await settled();
  answers[0]?.();
  await vi.waitFor(() => expect(answers.length).toBe(2), 20_000);
  answers[1]?.();
  expect(await Promise.all([first, last])).toEqual([200, 200]);
});
