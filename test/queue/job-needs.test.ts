import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import {
  agentNeedOf,
  modelNeedOf,
  needDifference,
  needDigest,
  needSchema,
} from "../../src/queue/job-needs.ts";

const directory = mkdtempSync(join(tmpdir(), "dao-opt-needs-"));
const spec: ModelSpec = {
  key: "small",
  name: "gpt-4o-mini",
  provider: "openai",
  baseUrl: "https://user:secret-password@llm.internal/v1?key=secret-query",
  parameters: { temperature: 0 },
  limits: { concurrency: 3 },
  timeoutMs: 1_000,
  retries: 2,
  fallbacks: [],
};

describe("the need of a model", () => {
  it("holds no credentials, and is what the wire schema expects", async () => {
    const need = await modelNeedOf(spec, directory);
    expect(JSON.stringify(need)).not.toContain("secret");
    expect(need.baseUrl).toBe("https://llm.internal/v1");
    expect(needSchema.parse(JSON.parse(JSON.stringify(need)))).toEqual(need);
  });

  it("is the same whatever the credentials, limits, retries and time limits are", async () => {
    const other: ModelSpec = {
      ...spec,
      baseUrl: "https://else:other@llm.internal/v1",
      limits: {},
      retries: 0,
      timeoutMs: 5_000,
      outputLimit: { tokens: 1, enlarged: 4, setBy: "budget.usd of x", origin: "plan" },
    };
    expect(needDigest(await modelNeedOf(other, directory))).toBe(
      needDigest(await modelNeedOf(spec, directory)),
    );
  });

  it.each<[string, Partial<ModelSpec>, string]>([
    ["name", { name: "gpt-4o" }, "model small: the name is gpt-4o here, gpt-4o-mini in the run"],
    ["provider", { provider: "azure" }, "model small: the provider is azure here, openai in the run"],
    [
      "endpoint",
      { baseUrl: "https://evil.example/v1" },
      "model small: the endpoint is https://evil.example/v1 here, https://llm.internal/v1 in the run",
    ],
    [
      "parameters",
      { parameters: { temperature: 1 } },
      "model small: its parameters or options are not those of the run",
    ],
    [
      "options",
      { providerOptions: { api_version: "1" } },
      "model small: its parameters or options are not those of the run",
    ],
  ])("differs by its %s", async (_, change, reason) => {
    const own = await modelNeedOf({ ...spec, ...change }, directory);
    expect(needDifference(await modelNeedOf(spec, directory), own)).toBe(reason);
  });
});

describe("the need of an agent", () => {
  it("differs by the content of its module and of what that imports", async () => {
    writeFileSync(join(directory, "agent.js"), 'import "./part.js";\nexport default async () => "ok";');
    writeFileSync(join(directory, "part.js"), "export {};");
    const run = { kind: "module", path: "./agent.js" } as const;
    const before = await agentNeedOf(run, "small", directory);
    // An absolute path inside the folder is the same module.
    expect(
      await agentNeedOf({ kind: "module", path: join(directory, "agent.js") }, "small", directory),
    ).toEqual(before);
    writeFileSync(join(directory, "part.js"), "export {}; // changed");
    const after = await agentNeedOf(run, "small", directory);
    expect(needDifference(before, after)).toMatch(
      /^agent \.\/agent\.js: the module \.\/agent\.js differs: digest [0-9a-f]{12} here, [0-9a-f]{12} in the run$/,
    );
  });

  it("shows of a command only the program", async () => {
    const need = await agentNeedOf(
      { kind: "command", command: ["python", "agent.py", "--key", "secret"], directory },
      "small",
      directory,
    );
    expect(JSON.stringify(need)).not.toContain("secret");
    expect(need.run).toBe("python");
    const other = await agentNeedOf(
      { kind: "command", command: ["python", "x.py"], directory },
      "small",
      directory,
    );
    expect(needDifference(need, other)).toBe("agent python: its arguments are not those of the run");
  });

  it("shows of a URL no credentials", async () => {
    const need = await agentNeedOf(
      { kind: "http", url: "http://me:secret@app.internal/run?t=secret" },
      "m",
      directory,
    );
    expect(JSON.stringify(need)).not.toContain("secret");
  });
});
