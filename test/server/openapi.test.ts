import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerWorld, startServer } from "../support/server-world.ts";

type Operation = {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

let world: ServerWorld;
let document: Document;
beforeAll(async () => {
  world = await startServer();
  document = (await world.send("GET", "/openapi.json")).json as Document;
});
afterAll(() => world.server.close(0));

describe("/openapi.json", () => {
  test("is valid OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([document.openapi, valid, errors]).toEqual(["3.1.0", true, undefined]);
  });

  test("describes the whole prompts API", () => {
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described).toEqual(
      expect.arrayContaining([
        "POST /v5/prompts",
        "GET /v5/prompts",
        "GET /v5/prompts/{id}",
        "DELETE /v5/prompts/{id}",
        "PATCH /v5/prompts/{id}",
        "POST /v5/prompts/{id}/populate",
        "POST /v5/prompts/call",
        "POST /v5/prompts/log",
        "PATCH /v5/prompts/{id}/log/{log_id}",
        "GET /v5/prompts/{id}/versions",
        "PATCH /v5/prompts/{id}/versions/{version_id}",
        "DELETE /v5/prompts/{id}/versions/{version_id}",
        "POST /v5/prompts/{id}/environments/{environment_id}",
        "DELETE /v5/prompts/{id}/environments/{environment_id}",
        "GET /v5/prompts/{id}/environments",
        "POST /v5/prompts/{id}/evaluators",
        "GET /v5/prompts/{id}/serialize",
        "POST /v5/prompts/deserialize",
        "GET /v5/logs",
        "GET /v5/logs/{log_id}",
        "DELETE /v5/logs",
        "POST /v5/flows/log",
        "PATCH /v5/flows/logs/{log_id}",
        "POST /v5/evaluators/log",
        "GET /v5/files",
        "POST /v5/files/retrieve-by-path",
        "POST /v5/directories",
        "GET /v5/directories",
        "POST /v5/import/otel/v1/traces",
      ]),
    );
  });

  test("every path answers with a documented status", async () => {
    const undocumented: string[] = [];
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(item)) {
        const hasBody = method === "post" || method === "patch";
        const { status, text } = await world.send(method.toUpperCase(), path.replace(/\{\w+\}/g, "none"), {
          ...(hasBody ? { headers: { "content-type": "application/json" }, body: "{}" } : {}),
        });
        const isKnown = Object.keys(responses).some(
          (one) => one === String(status) || one === `${String(status)[0]}XX`,
        );
        if (!isKnown || text.includes("no such path"))
          undocumented.push(`${method} ${path}: ${status} ${text}`);
      }
    }
    expect(undocumented).toEqual([]);
  });
});
