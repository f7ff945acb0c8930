import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { OpenAI, templateChat } from "../../src/client/openai.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { type SpawnedCommand, spawnCli, startCli } from "../support/spawn-cli.ts";
import { filesBelow, readText } from "../support/workspace.ts";

const serverKey = "dao-server-key-0123456789";
const providerKey = "sk-provider-0123456789";
let folder: string;
let server: SpawnedCommand;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dao-opt-serve-"));
  server = startCli(["serve", "--port", "0", "--json"], { cwd: folder, env: { DAO_OPT_API_KEY: serverKey } });
  url = z.object({ url: z.string() }).parse(JSON.parse(await server.shows(/\{.*\}\n/))).url;
});

afterAll(async () => {
  server.child.kill("SIGTERM");
  expect((await server.result).exitCode).toBe(0);
  await rm(folder, { recursive: true, force: true });
});

let client: OpenAI;
beforeEach(async () => {
  const provider = await startLoopbackOpenAI({ answer: () => "Hello Bo" });
  client = new OpenAI({
    apiKey: providerKey,
    baseURL: provider.baseUrl,
    daoOpt: { url, apiKey: serverKey, promptName: "greeting" },
  });
  return () => provider.close();
});

/** The traces the server keeps, as the command line shows them. */
async function listed(...args: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { stdout } = await spawnCli(["traces", "export", ...args], { cwd: folder });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("calls, feedback and chains of the client reach `dao-opt serve`, whole, and no key with them", async () => {
  const chainId = "0190a6f4-8e3c-7b2a-9c1d-123456789abc";
  const completion = await client.chat.completions.create({
    model: "gpt-4o-mini",
    messages: templateChat([{ role: "user", content: "Greet {who}" }], { who: "Bo" }),
    daoOpt: { chainId, context: { note: providerKey } },
  });
  await client.sendFeedback({
    feedbackKey: completion.daoOpt?.feedbackKey,
    rating: 0.2,
    betterResponse: "Good day, Bo",
  });
  await client.updateChain(chainId, { done: true });
  expect(await client.flush()).toEqual({ count: 0 });

  const [trace, result, ...others] = await listed("--chain", chainId);
  expect(others).toEqual([]);
  expect(trace).toMatchObject({
    name: "greeting",
    prompt: { path: "greeting", template: [{ role: "user", content: "Greet {{who}}" }] },
    inputs: { who: "Bo" },
    output: "Hello Bo",
    feedback_key: completion.daoOpt?.feedbackKey,
    feedback: [{ rating: 0.2, better_response: "Good day, Bo" }],
    source: "dao-opt/openai",
  });
  expect(result).toMatchObject({ name: "chain_result", output: '{"done":true}' });
  for (const file of await filesBelow(folder)) {
    const text = await readText(folder, file);
    expect(text).not.toContain(serverKey);
    expect(text).not.toContain(providerKey);
  }
});

test("if the server rejects the key, the event is lost and the call succeeds", async () => {
  const stranger = client.withOptions({ daoOpt: { apiKey: "another-key-0123456789" } });
  const completion = await stranger.chat.completions.create({
    model: "m",
    messages: [{ role: "user", content: "x" }],
  });
  expect(completion.choices[0]?.message.content).toBe("Hello Bo");
  expect(await stranger.flush()).toMatchObject({ count: 1, reason: expect.stringContaining("returned 401") });
});

test("every call of a loop with one event id is kept", async () => {
  const daoOpt = { eventId: "5b3f1c6e-3b1a-4d43-9a3e-222222222222", chatId: "loop" };
  for (let call = 0; call < 3; call++) {
    await client.chat.completions.create({
      model: "m",
      messages: [{ role: "user", content: `${call}` }],
      daoOpt,
    });
  }
  await client.flush();
  expect(await listed("--chat", "loop")).toHaveLength(3);
});
