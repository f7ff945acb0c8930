import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type CallWorld, openCallWorld } from "./call-world.ts";

const key = "sk-server-0123456789";
let world: CallWorld | undefined;
const closing: (() => void)[] = [];
afterEach(async () => {
  await world?.close();
  world = undefined;
  for (const close of closing.splice(0)) close();
});

/** A server that records the URL and the keys of each request. */
async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { url: string; keys: string }[] = [];
  const server = createServer((request, response) => {
    const { authorization = "", "api-key": own = "" } = request.headers;
    asked.push({ url: request.url ?? "", keys: `${authorization}${String(own)}` });
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const completion = JSON.stringify({
  id: "c",
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
});
const answers = (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { "content-type": "application/json" }).end(completion);

const azure = (name: string) => ({ model: { model: name, provider: "azure" }, template: "Hi" });

describe("a deployment's name", () => {
  it.each([
    ["a/b?x", "/openai/deployments/a%2Fb%3Fx/chat/completions?api-version=2024-10-21"],
    [
      "../../models?x=1#",
      "/openai/deployments/..%2F..%2Fmodels%3Fx%3D1%23/chat/completions?api-version=2024-10-21",
    ],
    ["gpt 4", "/openai/deployments/gpt%204/chat/completions?api-version=2024-10-21"],
    ["%2e%2e", "/openai/deployments/%252e%252e/chat/completions?api-version=2024-10-21"],
  ])("%j is one segment of the path that the key is sent to", async (name, url) => {
    const server = await startServer(answers);
    world = await openCallWorld(
      {},
      { env: { AZURE_OPENAI_ENDPOINT: server.url, AZURE_OPENAI_API_KEY: key } },
    );
    await world.call({ path: "p", prompt: azure(name) });
    expect(server.asked).toEqual([{ url, keys: key }]);
  });

  it.each([".", ".."])("%j is refused before anything is sent", async (name) => {
    const server = await startServer(answers);
    world = await openCallWorld(
      {},
      { env: { AZURE_OPENAI_ENDPOINT: server.url, AZURE_OPENAI_API_KEY: key } },
    );
    await expect(world.call({ path: "p", prompt: azure(name) })).rejects.toThrow("is not a deployment name");
    expect(server.asked).toEqual([]);
  });
});

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])(
    "%i is an error that names its target, and takes no key along",
    async (status) => {
      const target = await startServer(answers);
      const asked = await startServer((_, response) =>
        response.writeHead(status, { location: `${target.url}/v1/chat/completions?key=${key}` }).end(),
      );
      for (const env of [
        { OPENAI_BASE_URL: `${asked.url}/v1`, OPENAI_API_KEY: key },
        { AZURE_OPENAI_ENDPOINT: asked.url, AZURE_OPENAI_API_KEY: key },
      ]) {
        world = await openCallWorld({}, { env });
        const provider = "OPENAI_API_KEY" in env ? "openai" : "azure";
        const failed = world.call({ path: "p", prompt: { model: { model: "m", provider }, template: "Hi" } });
        await expect(failed).rejects.toThrow(
          `returned ${status}: it redirects to ${target.url}/v1/chat/completions,`,
        );
        await world.close();
        world = undefined;
      }
      expect(asked.asked).toHaveLength(2);
      expect(target.asked).toEqual([]);
    },
  );
});

describe("an endpoint that comes with a call", () => {
  const prompt = azure("m");
  const own = "sk-callers-0123456789";

  it("is rejected by a server that does not allow its origin", async () => {
    const server = await startServer(answers);
    world = await openCallWorld({}, { allowedEndpoints: ["https://elsewhere.example"] });
    const providerApiKeys = { openai_azure: own, openai_azure_endpoint: `${server.url}/x` };
    await expect(world.call({ path: "p", prompt, providerApiKeys })).rejects.toMatchObject({
      message: `provider_api_keys.openai_azure_endpoint: this server does not allow the endpoint ${server.url}`,
      hint: expect.stringContaining(`--allow-endpoint ${server.url}`),
    });
    expect([server.asked, await world.registry.list()]).toEqual([[], []]);
  });

  it("is called with the call's own key if the origin is allowed", async () => {
    const server = await startServer(answers);
    world = await openCallWorld(
      {},
      {
        allowedEndpoints: [server.url],
        env: { AZURE_OPENAI_API_KEY: key, AZURE_OPENAI_ENDPOINT: "https://x" },
      },
    );
    const providerApiKeys = { openai_azure: own, openai_azure_endpoint: server.url };
    await world.call({ path: "p", prompt, providerApiKeys });
    expect(server.asked.map(({ keys }) => keys)).toEqual([own]);
    await expect(
      world.call({ path: "p", prompt, providerApiKeys: { openai_azure_endpoint: server.url } }),
    ).rejects.toThrow("has no matching key");
    expect(server.asked).toHaveLength(1);
  });

  it.each(["file:///etc/passwd", "no address", "http://169.254.169.254/latest"])(
    "%j is refused",
    async (address) => {
      world = await openCallWorld({}, { allowedEndpoints: [] });
      const providerApiKeys = { openai_azure: own, openai_azure_endpoint: address };
      await expect(world.call({ path: "p", prompt, providerApiKeys })).rejects.toThrow("provider_api_keys");
    },
  );
});

describe("a key that comes back", () => {
  it.each(Array.from({ length: 30 }, (_, at) => at))(
    "where an excerpt of %i more characters ends is in no error, whole or in part",
    async (more) => {
      const echoed = "sk-loopback-0123456789";
      const body = { odd: `${"word ".repeat(16)}${"x".repeat(more)} ${echoed} and more of it` };
      world = await openCallWorld({ faults: () => ({ kind: "status", status: 200, body }) });
      await world.file("Hi");
      const error = await world.call().catch((reason: unknown) => reason);
      const reported = `${String(error)}${JSON.stringify(world.traces)}`;
      expect(reported).toContain('no chat completion: {\\"odd\\":\\"word word');
      expect(reported).not.toContain(echoed.slice(0, 8));
    },
  );

  it.each([
    ["in an answer", (text: string) => ({ text })],
    ["in base64", (text: string) => ({ text: Buffer.from(`key ${text}`).toString("base64") })],
    ["in capitals", (text: string) => ({ text: text.toUpperCase() })],
  ])("%s is in no trace of the call", async (_, form) => {
    const echoed = "sk-loopback-0123456789";
    world = await openCallWorld({ answer: () => form(`${echoed}!`) });
    await world.file("Hi");
    await world.call();
    const text = JSON.stringify(world.traces);
    expect(text).toContain("[secret]");
    for (const one of [
      echoed,
      echoed.toUpperCase(),
      Buffer.from(`key ${echoed}`).toString("base64").slice(8, 24),
    ])
      expect(text).not.toContain(one);
  });
});
