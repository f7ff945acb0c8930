import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { type ServerWorld, startServer } from "../support/server-world.ts";

let world: ServerWorld;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-fuzz-"));
  const registry = openRegistry(join(folder, "prompts"));
  world = await startServer({
    services: {
      registry,
      traces: openTraceStore({ folder: join(folder, "traces") }),
      datasets: openDatasetStore({ folder: join(folder, "datasets") }),
      runs: openRunStore(folder),
      env: { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
    },
  });
  const model = { model: "m", provider: "mock" };
  await registry.upsert({ path: "known", template: "Hi {{a}}", templateLanguage: "default", model });
});
afterAll(async () => {
  await world.server.close(0);
  expect(world.logged.filter((line) => line.startsWith("bug"))).toEqual([]);
});

const segments = [
  "known",
  "pr_unknown",
  "prv_unknown",
  "%00",
  "a%00b",
  "%2e%2e",
  "..",
  "%2E%2e%2fetc%2fpasswd",
  "..%5c..",
  "%",
  "%zz",
  "%c3%28",
  "%ff%fe",
  "%F0%9F%92%A9",
  "x".repeat(300),
  "x".repeat(9000),
  "a%0d%0ab",
  "__proto__",
  "constructor",
  "known@",
  "known@999999999999999999999",
  "known@production",
  "prompts:%2Fknown",
  "CON",
  "-1",
  "NaN",
  "%20",
  "a b".replace(" ", "%20"),
  "*",
  "<script>",
];

const routes = [
  "/",
  "/healthz",
  "/metrics",
  "/openapi.json",
  "/favicon.ico",
  "/ui",
  "/ui/",
  "/ui/prompts",
  "/ui/prompts/",
  "/ui/prompts/{}",
  "/ui/prompts/{}/{}",
  "/ui/traces",
  "/ui/traces/{}",
  "/ui/runs",
  "/ui/runs/{}",
  "/v1/traces",
  "/v5",
  "/v5/",
  "/v5/prompts",
  "/v5/prompts/call",
  "/v5/prompts/log",
  "/v5/prompts/deserialize",
  "/v5/prompts/{}",
  "/v5/prompts/{}/populate",
  "/v5/prompts/{}/serialize",
  "/v5/prompts/{}/versions",
  "/v5/prompts/{}/versions/{}",
  "/v5/prompts/{}/log/{}",
  "/v5/prompts/{}/environments",
  "/v5/prompts/{}/environments/{}",
  "/v5/prompts/{}/evaluators",
  "/v5/logs",
  "/v5/logs/{}",
  "/v5/flows/log",
  "/v5/flows/logs/{}",
  "/v5/evaluators/log",
  "/v5/files",
  "/v5/files/retrieve-by-path",
  "/v5/directories",
  "/v5/directories/{}",
  "/v5/import/otel/v1/traces",
  "/prompts/{}",
  "/logs",
  "/event",
  "/api/event",
  "/feedback",
  "/v1/updateChain",
  "/nothing/{}",
];
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "TRACE"];
const queries = [
  "",
  "?page=0",
  "?page=-1&size=1e9",
  "?page=abc",
  "?page=1.5&size=99999999999999999999",
  "?size=0",
  "?version_id=",
  "?version_id=%00&environment=%00",
  "?environment=nope",
  "?environment=a&environment=b",
  "?id=a&id=b&file_id=known&start_date=nonsense",
  "?file_id=known&start_date=2026-01-01&end_date=+275760-09-13&sample=1&in_trace_filter=x",
  "?sort_by=__proto__&order=up",
  "?q=%ff&search=%zz",
  "?version=NaN&against=1e400",
  "?path=..%2f..&type=what&include_raw_file_content=maybe",
];
const types = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "application/x-protobuf",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "",
  "nonsense",
  "application/json/json",
];

async function expectNoServerError(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
) {
  const answer = await world.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  const shown = {
    method,
    path: path.slice(0, 200),
    headers,
    body: body?.slice(0, 200),
    text: answer.text.slice(0, 300),
  };
  // 501 to 503 are errors of an unreachable provider.
  expect({ ...shown, status: answer.status }, JSON.stringify(shown)).toMatchObject({
    status: expect.toSatisfy((status: number) => status < 500 || status === 502 || status === 503),
  });
}

describe("no request gets a 500", () => {
  test.each(routes)("%s: with unusual segments, methods and queries", async (route) => {
    const holes = route.includes("{}") ? segments : ["-"];
    for (const segment of holes)
      for (const method of ["GET", "DELETE", "POST"])
        await expectNoServerError(method, route.replaceAll("{}", segment), {});
    for (const method of methods) await expectNoServerError(method, route.replaceAll("{}", "known-not"), {});
    for (const query of queries)
      await expectNoServerError("GET", route.replaceAll("{}", "known") + query, {});
  });

  test.each(routes)("%s: with bodies of every type and kind", async (route) => {
    const path = route.replaceAll("{}", "known");
    const bodies = [
      "",
      "{",
      "null",
      "[]",
      '"text"',
      "1e999",
      '{"__proto__":{"x":1}}',
      "\u0000",
      '{"path":1}',
      "\ufeff{}",
    ];
    for (const type of types)
      await expectNoServerError("POST", path, { "content-type": type }, '{"path":"x"}');
    for (const body of bodies)
      for (const method of ["POST", "PATCH"])
        await expectNoServerError(method, path, { "content-type": "application/json" }, body);
    for (const encoding of ["gzip", "br", "deflate", "zstd", "identity", "gzip, gzip", "nonsense"])
      await expectNoServerError(
        "POST",
        path,
        { "content-type": "application/json", "content-encoding": encoding },
        "{}",
      );
  });

  test("bodies whose members are of any type", async () => {
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        "",
        "x",
        "\0",
        "../..",
        "known",
        -1,
        1e308,
        0.5,
        "12",
        [],
        {},
        [null],
        {
          __proto__: null,
        },
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const names = [
      ...[
        "path",
        "id",
        "model",
        "template",
        "template_language",
        "endpoint",
        "provider",
        "max_tokens",
        "stop",
        "tools",
      ],
      ...[
        "temperature",
        "response_format",
        "attributes",
        "other",
        "version_name",
        "tags",
        "inputs",
        "messages",
        "prompt",
      ],
      ...[
        "tool_choice",
        "num_samples",
        "stream",
        "logprobs",
        "metadata",
        "start_time",
        "end_time",
        "trace_parent_id",
      ],
      ...[
        "log_id",
        "save",
        "output",
        "output_message",
        "error",
        "created_at",
        "prompt_tokens",
        "flow",
        "judgment",
      ],
      ...[
        "apiName",
        "params",
        "promptTemplateChat",
        "promptTemplateText",
        "response",
        "trace",
        "modelParameters",
      ],
      ...[
        "feedback_key",
        "rating",
        "result",
        "resourceSpans",
        "name",
        "activate",
        "provider_api_keys",
        "spec",
        "user",
      ],
    ];
    const body = fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] });
    const posts = routes.filter((route) => !route.startsWith("/ui"));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...posts),
        fc.constantFrom("POST", "PATCH"),
        body,
        async (route, method, given) => {
          const valid = { path: "known", model: "m", provider: "mock", inputs: { a: "1" } };
          for (const value of [given, { ...valid, ...given }, { ...given, ...valid }])
            await expectNoServerError(
              method,
              route.replaceAll("{}", "known"),
              { "content-type": "application/json" },
              JSON.stringify(value),
            );
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);
});
