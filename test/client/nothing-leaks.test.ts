import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AzureOpenAI, OpenAI, templateChat } from "../../src/client/openai.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { always } from "../support/loopback-faults.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { filesBelow, readText } from "../support/workspace.ts";

let folder: string;
let server: LoopbackOpenAI;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dao-opt-client-"));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function everythingStored(): Promise<string> {
  const files = await filesBelow(folder);
  expect(files.length).toBeGreaterThan(0);
  return (await Promise.all(files.map((file) => readText(folder, file)))).join("\n");
}

async function readAll<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

const model = "gpt-4o-mini";

describe("keys", () => {
  const keys = {
    own: "sk-proj-own-0123456789abcdefghij",
    header: "sk-header-0123456789abcdefghij",
    call: "sk-call-0123456789abcdefghijkl",
    admin: "sk-admin-0123456789abcdefghij",
    hook: "whsec_0123456789abcdefghij",
  };

  it("of a client are in no file, wherever they occur", async () => {
    const all = Object.values(keys).join(" and ");
    server = await startLoopbackOpenAI({
      answer: () => ({
        text: `You said ${all}`,
        toolCalls: [{ name: "f", arguments: JSON.stringify({ all }) }],
      }),
      faults: (index) =>
        index === 1
          ? {
              kind: "status",
              status: 401,
              body: { error: { message: `Incorrect API key provided: ${all}` } },
            }
          : undefined,
    });
    const client = new OpenAI({
      apiKey: keys.own,
      adminAPIKey: keys.admin,
      webhookSecret: keys.hook,
      baseURL: server.baseUrl,
      maxRetries: 0,
      defaultHeaders: { "X-Api-Key": keys.header },
      daoOpt: { store: folder, promptName: "p" },
    });
    const ask = () =>
      client.chat.completions.create(
        {
          model,
          messages: templateChat([{ role: "user", content: `A ${keys.own} {secret}` }], { secret: all }),
          metadata: { [keys.own]: all },
          daoOpt: { context: { all, [keys.call]: 1 }, chatId: keys.own, eventId: keys.header },
        },
        { headers: { Authorization: `Bearer ${keys.call}` } },
      );
    expect((await ask()).choices[0]?.message.content).toContain(keys.own);
    await expect(ask()).rejects.toThrow(keys.own);
    for await (const _ of await client.responses.create(
      { model, input: all, stream: true },
      { headers: { authorization: `Bearer ${keys.call}`, "x-api-key": keys.header } },
    ));
    expect(await client.flush()).toEqual({ count: 0 });
    // The server received them all: requests are never changed.
    expect(JSON.stringify(server.requests)).toContain(keys.call);
    const stored = await everythingStored();
    expect(stored.split("\n").filter((line) => line.startsWith("{"))).toHaveLength(3);
    for (const key of Object.values(keys)) expect(stored).not.toContain(key);
    expect(stored).toContain("[secret]");
  });

  it("that changes during a call is in no file either", async () => {
    const rotating = [keys.own, keys.call, keys.header];
    server = await startLoopbackOpenAI({
      answer: () => keys.own,
      faults: (index) => (index === 0 ? { kind: "slow-body", delayMs: 30 } : undefined),
    });
    let made = 0;
    const client = new OpenAI({
      apiKey: async () => rotating[made++] ?? keys.admin,
      baseURL: server.baseUrl,
      daoOpt: { store: folder, promptName: "p" },
    });
    const first = client.chat.completions.create({ model, messages: [{ role: "user", content: "x" }] });
    await server.reached(1);
    await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "x" }],
      daoOpt: { promptName: "q" },
    });
    await first;
    await client.flush();
    const stored = (await everythingStored()).split("\n").find((line) => line.includes('"name":"p"'));
    expect(stored).toContain("[secret]");
    expect(stored).not.toContain(keys.own);
  });

  it("from a function, and Azure's, are in no file either", async () => {
    server = await startLoopbackOpenAI({ answer: ({ messages = [] }) => String(messages[0]?.content) });
    const daoOpt = { store: folder, promptName: "p" };
    const clients = [
      new OpenAI({ apiKey: async () => keys.own, baseURL: server.baseUrl, daoOpt }),
      new AzureOpenAI({ apiKey: keys.call, apiVersion: "1", endpoint: server.baseUrl, daoOpt }),
      new AzureOpenAI({
        azureADTokenProvider: async () => keys.header,
        apiVersion: "1",
        endpoint: server.baseUrl,
        daoOpt,
      }),
    ];
    const content = Object.values(keys).slice(0, 3).join(" ");
    for (const [at, client] of clients.entries()) {
      await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
      await client.flush();
      expect((await everythingStored()).trim().split("\n")[at]).not.toContain(
        [keys.own, keys.call, keys.header][at],
      );
    }
  });
});

describe("redactPii", () => {
  const personal = {
    mail: "jane.doe@example.com",
    card: "4111 1111 1111 1111",
    ssn: "536-22-8726",
  };
  const all = Object.values(personal).join(", ");

  it("removes personal data from every stored field, and leaves requests unchanged", async () => {
    server = await startLoopbackOpenAI({
      answer: () => ({ text: `Got ${all}`, toolCalls: [{ name: "f", arguments: JSON.stringify({ all }) }] }),
    });
    const client = new OpenAI({
      apiKey: "sk-0123456789",
      baseURL: server.baseUrl,
      daoOpt: { store: folder, promptName: "p", redactPii: true },
    });
    const completion = await client.chat.completions.create({
      model,
      user: personal.mail,
      messages: templateChat([{ role: "user", content: "Write to {who}" }], { who: all }),
      tools: [{ type: "function", function: { name: "f", description: all } }],
      daoOpt: { context: { note: [all] }, feedbackKey: `of ${personal.mail}` },
    });
    await client.sendFeedback({
      feedbackKey: completion.daoOpt?.feedbackKey,
      betterResponse: `Better ${all}`,
      comment: all,
    });
    await client.updateChain("c-1", { result: all });
    expect(await client.flush()).toEqual({ count: 0 });
    expect(completion.choices[0]?.message.content).toContain(personal.mail);
    expect(server.requests[0]?.body.messages).toEqual([{ role: "user", content: `Write to ${all}` }]);
    const stored = await everythingStored();
    for (const value of Object.values(personal)) expect(stored).not.toContain(value);
    const [trace] = await readAll(openTraceStore({ folder }).list());
    expect(trace?.prompt?.template).toEqual([{ role: "user", content: "Write to {{who}}" }]);
    expect(trace?.feedback?.[0]?.betterResponse).toMatch(/^Better \[/);
  });
});

describe("a store that cannot be written", () => {
  it("costs the application nothing but its traces", async () => {
    server = await startLoopbackOpenAI({
      answer: () => "fine",
      faults: always({ kind: "slow-body", delayMs: 1 }),
    });
    const warned = vi.fn();
    process.on("warning", warned);
    const client = new OpenAI({
      apiKey: "sk-0123456789",
      baseURL: server.baseUrl,
      daoOpt: { store: "/dev/null/traces", promptName: "p" },
    });
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "x" }],
    });
    expect(completion.choices[0]?.message.content).toBe("fine");
    expect(await client.flush()).toMatchObject({ count: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).toHaveBeenCalledOnce();
  });
});
