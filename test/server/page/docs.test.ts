import { afterAll, beforeAll, expect, test } from "vitest";
import { parseApiDocument } from "../../../src/server/page/docs/api-document.ts";
import { exampleRequest } from "../../../src/server/page/docs/example-request.ts";
import { type ServerWorld, startServer } from "../../support/server-world.ts";

let world: ServerWorld;
beforeAll(async () => {
  world = await startServer({ apiKeys: [{ value: "key" }] });
});
afterAll(() => world.server.close(0));

const headers = { authorization: `Basic ${Buffer.from("me:key").toString("base64")}` };
const get = (path: string) => world.send("GET", path, { headers });

test("every operation and schema of openapi.json has a page, and all links of them lead somewhere", async () => {
  const document = parseApiDocument((await get("/openapi.json")).json as object);
  expect(document.operations.length).toBeGreaterThan(40);
  const { text } = await get("/docs");
  const links = new Set([...text.matchAll(/href="(\/docs\/[^"]+)"/g)].map(([, one = ""]) => one));
  expect(links.size).toBe(document.operations.length + Object.keys(document.schemas).length);
  for (const address of links) {
    const page = await get(address);
    expect(page.status, address).toBe(200);
    for (const [, inner = ""] of page.text.matchAll(/href="(\/docs\/[^"]+)"/g))
      expect(links, address).toContain(inner);
  }
  expect((await get("/docs/get-nothing")).status).toBe(404);
  expect((await get("/docs/schemas/PromptResponce")).text).toContain("Did you mean PromptResponse?");
  expect((await world.send("GET", "/docs")).status).toBe(401);
});

test("an operation shows parameters, bodies, answers and a command", async () => {
  const { text } = await get("/docs/post-v5-prompts");
  expect(text).toContain("curl -X POST");
  expect(text).toContain("-H &quot;X-API-KEY: $DAO_OPT_API_KEY&quot;");
  expect(text).toContain('<a href="/docs/schemas/PromptRequest">PromptRequest</a>');
  expect(text).toMatch(/<code>model<\/code> <span class="muted">string.*?required/);
  const health = await get("/docs/get-healthz");
  expect(health.text).not.toContain("X-API-KEY");
});

test("the search finds paths and words", async () => {
  const { text } = await get("/docs?q=deploy");
  expect(text).toContain("/v5/prompts/{id}/environments/{environment_id}");
  expect(text).not.toContain("/healthz</code>");
});

test("example bodies are accepted: each needed field is there", () => {
  const schema = {
    type: "object",
    required: ["name", "list", "one"],
    properties: {
      name: { type: "string" },
      list: { type: "array", items: { $ref: "#/components/schemas/Loop" } },
      one: { anyOf: [{ type: "integer" }, { type: "null" }] },
      left: { type: "string" },
    },
  };
  const loop = {
    type: "object",
    required: ["next"],
    properties: { next: { $ref: "#/components/schemas/Loop" } },
  };
  const document = parseApiDocument({
    info: {},
    paths: {
      "/x/{id}": {
        post: {
          requestBody: { content: { "application/json": { schema } } },
          parameters: [{ name: "a b", in: "query", required: true, schema: {} }],
          responses: {},
        },
      },
    },
    components: { schemas: { Loop: loop } },
  });
  const [operation] = document.operations;
  if (operation === undefined) throw new Error("no operation");
  const command = exampleRequest(operation, document, "http://h");
  expect(command).toContain("curl -X POST 'http://h/x/ID?a%20b=A_B'");
  const body: unknown = JSON.parse(/-d '(.*)'$/s.exec(command)?.[1] ?? "");
  expect(body).toMatchObject({ name: "…", one: 1, list: [{ next: {} }] });
  expect(body).not.toHaveProperty("left");
});
