import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { knownPrice } from "../../../src/config/prices.ts";
import { costUsd } from "../../../src/core/usage.ts";
import { answerOffline } from "../../../src/offline/answer-offline.ts";
import { anthropicProtocol } from "../../support/protocols/anthropic-protocol.ts";
import { bedrockProtocol } from "../../support/protocols/bedrock-protocol.ts";
import { geminiProtocol } from "../../support/protocols/gemini-protocol.ts";
import type { NeutralRequest, Protocol } from "../../support/protocols/protocol.ts";
import { type ProtocolServer, startProtocolServer } from "../../support/protocols/protocol-server.ts";
import { runCli } from "../../support/run-cli.ts";
import { serveCli } from "../../support/serve-cli.ts";

let server: ProtocolServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const key = "key-0123456789";
const usage = { input: 1000, cached: 400, written: 0, output: 100, reasoning: 0 };

/** Answers as the rule-based model does, so that a search has something to improve. */
function reply({ system, turns }: NeutralRequest) {
  const messages = [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    ...turns.map((turn) => ({ role: "user", content: turn.replace(/^\w+: /, "") })),
  ];
  const { text } = answerOffline({ model: "offline/small", messages, parameters: {} });
  return { answer: { text, usage } };
}

async function project(protocol: Protocol): Promise<string> {
  server = await startProtocolServer(protocol, reply);
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-native-"));
  const rows = Array.from({ length: 30 }, (_, at) => ({
    inputs: { text: `${["I love it", "I hate it", "It arrived"][at % 3]} ${at}` },
    expectations: { expected_response: ["positive", "negative", "neutral"][at % 3] },
  }));
  writeFileSync(join(cwd, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  writeFileSync(
    join(cwd, "config.yaml"),
    `resources:
  llms:
    target: { name: "${protocol.model}", provider: ${protocol.provider}, base_url: "${server.baseUrl}", max_tokens: 200 }
prompts:
  sentiment: { name: sentiment, default_template: "Classify the sentiment: positive, negative or neutral. {{text}}" }
agents:
  agent: { name: agent, model: target, prompt: sentiment }
datasets:
  rows: { path: rows.jsonl }
optimizations:
  prompt_optimizations:
    x: { name: x, agent: agent, prompt: sentiment, dataset: rows, max_steps: 1, num_candidates: 1, budget: { usd: 5 }, scorers: [label] }
registry: { path: ./prompts }
`,
  );
  return cwd;
}

describe.each([anthropicProtocol, geminiProtocol, bedrockProtocol])("provider $provider", (protocol) => {
  const env = { [protocol.keyVariable]: key };

  test("validates, and runs under a budget in dollars with cached tokens priced as such", async () => {
    const cwd = await project(protocol);
    const validated = await runCli(["validate", "config.yaml", "--json"], { cwd, env });
    expect(validated.json).toMatchObject({ ok: true, issues: [] });
    const run = await runCli(["run", "config.yaml", "--json"], { cwd, env });
    const { status, optimizations } = run.json as {
      status: string;
      optimizations: { usage: { total: { calls: number; usd: number; estimated: boolean } } }[];
    };
    expect(status).toBe("completed");
    const total = optimizations[0]?.usage.total;
    const price = knownPrice(protocol.model, protocol.provider);
    const perCall = costUsd({ inputTokens: 1000, outputTokens: 100, cachedInputTokens: 400 }, price);
    expect(total).toMatchObject({ calls: server?.requests.length, estimated: false });
    expect(total?.usd).toBeCloseTo((perCall ?? Number.NaN) * (total?.calls ?? Number.NaN), 5);
    expect(server?.requests.every(({ headers }) => protocol.keyIn(headers) === key)).toBe(true);
  });

  test("answers a call and a served call, whole and streamed, with and without a config", async () => {
    const cwd = await project(protocol);
    const details = { model: protocol.model, provider: protocol.provider };
    const template = "Classify the sentiment: positive, negative or neutral. {{text}}";
    writeFileSync(join(cwd, "sentiment.json"), JSON.stringify({ path: "sentiment", ...details, template }));
    const stored = await runCli(["registry", "upsert", "sentiment.json"], { cwd, env });
    expect([stored.exitCode, stored.stderr]).toEqual([0, ""]);
    const input = ["--input", "text=I love it"];
    const called = await runCli(["call", "sentiment", ...input, "--config", "config.yaml"], { cwd, env });
    expect(called).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Positive\./) });
    const command = await serveCli(["serve", "--port", "0", "--config", "config.yaml"], { cwd, env });
    const address = /http:\/\/[\w.:]+/.exec(command.ready)?.[0];
    const ask = (more: object) =>
      fetch(`${address}/v5/prompts/call`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ path: "sentiment", inputs: { text: "I love it" }, ...more }),
      }).then((response) => response.text());
    expect(await ask({})).toContain('"output":"Positive.');
    expect(await ask({ stream: true })).toMatch(/"output":"Pos/);
    await command.stop();
    const own = { ...env, [addressVariables[protocol.provider] ?? ""]: server?.baseUrl ?? "" };
    const bare = await runCli(["call", "sentiment", ...input, "--registry", "prompts"], { cwd, env: own });
    expect(bare).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Positive\./) });
  });
});

const addressVariables: Readonly<Record<string, string>> = {
  anthropic: "ANTHROPIC_BASE_URL",
  google: "GOOGLE_GENERATIVE_AI_BASE_URL",
  bedrock: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
};
