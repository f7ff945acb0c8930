import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { type ServerWorld, startServer } from "../../support/server-world.ts";
import recorded from "./fixtures/recorded-requests.json" with { type: "json" };

// The server creates ids, so recorded ids are mapped to those of the prompts below.
let ids: Readonly<Record<string, string>>;
let world: ServerWorld;

beforeAll(async () => {
  const registry = createMemoryRegistry();
  const traces = openTraceStore({ folder: mkdtempSync(join(tmpdir(), "dao-opt-recorded-")) });
  world = await startServer({ services: { registry, traces } });
  const model = { model: "gpt-4o", provider: "mock" };
  const draft = { path: "recorded/a", model, templateLanguage: "default" as const, template: "Hi {{topic}}" };
  const first = (await registry.upsert(draft)).version;
  const second = (await registry.upsert({ ...draft, template: "Hello {{topic}}" })).version;
  const third = (await registry.upsert({ ...draft, template: "Hey {{topic}}" })).version;
  const { environment } = await registry.addEnvironment("staging");
  await registry.deploy(second.versionId, "staging");
  ids = {
    pr_AAAAAAAAAAAAAAAAAAAAA: first.promptId,
    pr_A: first.promptId,
    prv_1: first.versionId,
    prv_B: third.versionId,
    prv_C: first.versionId,
    prv_X: first.versionId,
    env_B: environment.id,
  };
  for (const traceId of ["log_1", "log_B", "log_FLOWAAAAAAAAAAAAAAAAA"])
    traces.append({
      traceId,
      prompt: { path: "recorded/a", versionId: first.versionId },
      startedAt: "2026-11-20T10:00:00.000Z",
    });
  await traces.flush();
});
afterAll(() => world.server.close(0));

const renamed = (text: string): string => text.replace(/\b(?:prv|pr|env)_\w+/g, (id) => ids[id] ?? id);

/** Status by the label of the call; the others answer 200. The recorder's server had every requested item. */
const statuses: Readonly<Record<string, number>> = {
  // Two versions are selected at once, which the API leaves undefined: the server rejects it.
  call: 422,
  log: 422,
  // The template stored before has a variable, and these calls give no inputs.
  "call-minimal": 422,
  "ERR call 422": 422,
  "RETRY call 503 maxRetries0": 422,
  // The prompt was deleted just before.
  "logs.list": 404,
  "get-path-as-id": 404,
  "callStream-comment": 404,
  "callStream-utf8split": 404,
  "callStream-donetext": 404,
  "callStream-nonewline": 404,
  "callStream-nodone": 404,
  "callStream-hang": 404,
  "callStream-abort": 404,
  delete: 204,
  deletePromptVersion: 204,
  removeDeployment: 204,
  "logs.delete": 204,
  "ERR get 404": 404,
  "ERR get 401": 404,
  "RETRY get 500,500,ok": 404,
  "RETRY get 429 x3": 404,
};

describe("requests of the unmodified humanloop 0.8.20, as recorded", () => {
  test("are 57", () => {
    expect(recorded.requests).toHaveLength(57);
  });

  test.each(recorded.requests.map((request, at) => ({ ...request, at })))(
    "$at $call: $method $url",
    async ({ call, method, url, headers, body }) => {
      const given = typeof body === "string" ? body : body === null ? undefined : JSON.stringify(body);
      const { "content-length": _, host: __, ...rest } = headers as Record<string, string>;
      const answer = await world.send(method, renamed(url), {
        headers: rest,
        ...(given === undefined ? {} : { body: renamed(given) }),
      });
      const expected = statuses[call] ?? 200;
      expect({ call, status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({
        status: expected,
      });
      if (expected === 204) expect(answer.text).toBe("");
      else if (expected >= 400) expect(answer.json).toHaveProperty("detail");
      else expect(answer.text.length).toBeGreaterThan(1);
    },
  );
});
