import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { fromRecordJson, toRecordJson } from "../../../src/run/record/record-json.ts";
import { planOf } from "../../support/lab-world.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";

const roundTrip = (value: object) =>
  fromRecordJson(JSON.parse(JSON.stringify(toRecordJson(value))) as JsonObject);

describe("records on disk", () => {
  test("are read back unchanged, whatever the user's own keys look like", () => {
    const texts = { max_tokens: "snake", maxTokens: "camel", "p#0:system": "chat" };
    const inputs = { first_name: "x", lastName: { inner_key: [1, { deepKey: null }] }, texts: "…" };
    const plan = planOf({
      optimizer: {
        use: "./e.js",
        options: { minibatch_size: 3, fooBar: { use_it: true } },
        candidatesPerStep: 1,
        maxSteps: null,
        patience: 1,
      },
      scorers: [
        { use: "json_schema", options: { schema: { properties: { aB: {}, a_b: {} } } }, weight: 0.5 },
      ],
      agent: {
        key: "a",
        tools: [{ type: "function", function: { name: "x", parameters: { maxItems: 3, min_items: 1 } } }],
      },
      prompts: [
        {
          key: "my_prompt",
          path: "main/p",
          template: [{ role: "system", content: "{{first_name}}" }],
          templateLanguage: "default",
          baseVersion: 3,
          locked: ["keep_this"],
          maxPromptTokens: 80,
          tags: { ownerTeam: "a", cost_center: "b" },
        },
      ],
    });
    const answer = { output: "yes", score: 1, feedback: null, error: null };
    const record = runRecord([
      optimizationRecord({
        over: {
          plan,
          candidates: [
            {
              id: "c1",
              parents: [],
              texts,
              step: 1,
              by: "merge",
              status: "rejected",
              reason: "no_gain",
              validation: null,
              validationRows: 0,
              promptTokens: 7,
            },
          ],
          rows: [
            {
              example: "e1",
              inputs,
              expected: null,
              base: answer,
              optimized: { ...answer, output: null },
              source: answer,
            },
          ],
          scores: {
            source: {
              score: 0.9,
              parity: 1.1,
              interval: [0.9, 1.3],
              rows: 5,
              usd: null,
              targetUsd: 1e-9,
              latencyMs: 1.5,
              targetLatencyMs: 0,
            },
          },
        },
      }),
    ]);
    expect(roundTrip(record)).toEqual(record);
  });

  test("have the config's style of keys", () => {
    const json = toRecordJson(optimizationRecord());
    expect(Object.keys(json)).toContain("is_unsplit");
    expect(json["usage"]).toMatchObject({ target: { cached_calls: 2, input_tokens: 1000 } });
    expect(json["scores"]).toMatchObject({ test: { p_value: 0.001, rows_failed: 0 } });
  });
});
