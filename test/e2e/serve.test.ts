import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { otlpRequest } from "../support/otlp-request.ts";
import { startCli } from "../support/spawn-cli.ts";

const folder = () => mkdtemp(join(tmpdir(), "dao-opt-e2e-serve-"));

describe("the built serve and collect proxy", () => {
  it("accept spans and events, serve their API description, and lose nothing on SIGTERM", async () => {
    const cwd = await folder();
    const server = startCli(["serve", "--port", "0", "--json"], { cwd });
    const { url } = JSON.parse(await server.shows(/.+\n/)) as { url: string };
    const post = (path: string, body: unknown) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const attributes = { "gen_ai.prompt.0.content": "Hello", "gen_ai.completion.0.content": "from a span" };
    expect((await post("/v1/traces", otlpRequest([{ attributes }]))).status).toBe(200);
    expect((await post("/event", { apiName: "n", response: "from an event" })).status).toBe(200);
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths).length).toBeGreaterThan(20);
    server.child.kill("SIGTERM");
    const { exitCode, stderr } = await server.result;
    expect([exitCode, stderr]).toEqual([0, ""]);
    const days = await Promise.all(
      ["2025-10-09", new Date().toISOString().slice(0, 10)].map((day) =>
        readFile(join(cwd, ".dao-opt/traces", `${day}.jsonl`), "utf8"),
      ),
    );
    expect(days.join("")).toContain("from a span");
    expect(days.join("")).toContain("from an event");
  });

  it("exit immediately with an error if misconfigured", async () => {
    const cwd = await folder();
    const own = ["--upstream", "http://127.0.0.1:4999/v1", "--port", "4999", "--dataset", "d"];
    const { exitCode, stderr } = await startCli(["collect", "proxy", ...own], { cwd }).result;
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("is the proxy itself")]);
  });

  it("record calls to the built offline models, and stop on SIGINT", async () => {
    const cwd = await folder();
    const model = startCli(["offline-server", "--port", "0", "--json"], { cwd });
    const { url: upstream } = JSON.parse(await model.shows(/.+\n/)) as { url: string };
    const proxy = startCli(["collect", "proxy", "--port", "0", "--json", "--upstream", upstream], { cwd });
    const { url } = JSON.parse(await proxy.shows(/.+\n/)) as { url: string };
    const client = new OpenAI({ baseURL: url, apiKey: "sk-e2e-0123456789" });
    const messages = [{ role: "user" as const, content: "Classify: lovely. Answer positive or negative." }];
    const answer = await client.chat.completions.create({ model: "offline/large", messages });
    proxy.child.kill("SIGINT");
    const { exitCode, stderr } = await proxy.result;
    model.child.kill("SIGTERM");
    await model.result;
    expect([exitCode, stderr]).toEqual([0, "1 call recorded\n"]);
    const today = new Date().toISOString().slice(0, 10);
    const line = await readFile(join(cwd, ".dao-opt/traces", `${today}.jsonl`), "utf8");
    expect(JSON.parse(line)).toMatchObject({ output: answer.choices[0]?.message.content, messages });
    expect(line).not.toContain("sk-e2e");
  });
});
