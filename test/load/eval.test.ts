import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { measuredCli } from "./measured-cli.ts";

const rows = 5_000;
const mostMb = 150;
const cwd = mkdtempSync(join(tmpdir(), "dao-opt-load-"));
let model: ChildProcess;
let baseUrl: string;

/** A process of its own, so that its memory and its time are not those of the tests. */
const server = `
import { createServer } from "node:http";
const answer = JSON.stringify({
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "positive" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 1, total_tokens: 21 },
});
const http = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(answer));
});
http.listen(0, "127.0.0.1", () => process.send("http://127.0.0.1:" + http.address().port + "/v1"));
`;

beforeAll(async () => {
  writeFileSync(join(cwd, "server.mjs"), server);
  model = fork(join(cwd, "server.mjs"));
  baseUrl = await new Promise<string>((resolve) => model.once("message", (url) => resolve(String(url))));
});
afterAll(() => {
  model.kill();
  rmSync(cwd, { recursive: true, force: true });
});

test("5,000 rows are answered, kept and scored in bounded memory, and again out of the cache", async () => {
  const lines = Array.from({ length: rows }, (_, at) =>
    JSON.stringify({
      inputs: {
        text: `post number ${at} about the weather and a train that came late, and nobody said a word`,
      },
      expectations: { expected_response: "positive" },
    }),
  );
  writeFileSync(join(cwd, "rows.jsonl"), `${lines.join("\n")}\n`);
  const config = {
    resources: { llms: { small: { name: "gpt-4o-mini", base_url: baseUrl, api_key: "none" } } },
    prompts: { p: { default_template: "Classify: {{text}}" } },
    agents: { a: { model: "small", prompt: "p" } },
    datasets: { d: { path: "./rows.jsonl" } },
    optimizations: { prompt_optimizations: { o: { prompt: "p", agent: "a", dataset_name: "d" } } },
  };
  writeFileSync(join(cwd, "config.yaml"), JSON.stringify(config));
  for (const calls of [rows, 0]) {
    const result = await measuredCli(["eval", "config.yaml", "--json"], cwd);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(JSON.parse(result.stdout).results[0]).toMatchObject({ rows, usage: { calls } });
    expect(result.peakMb).toBeLessThan(mostMb);
  }
}, 300_000);
