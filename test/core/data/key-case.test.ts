import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCamelKeys, toSnakeKeys } from "../../../src/core/data/key-case.ts";

const opaque = new Set(["inputs", "modelOptions", "models.*"]);

describe("key case", () => {
  const camel = {
    costUsd: 1,
    rowsFailed: [{ p95Ms: 2, inputs: { aKey: { bKey: 1 } } }],
    modelOptions: [{ maxTokens: 1 }],
    models: { gpt4oMini: { maxTokens: 5, inputs: { xY: 1 } } },
    "file Name.txt": { x: null },
    "support#0:system": "s",
  };
  const snake = {
    cost_usd: 1,
    rows_failed: [{ p95_ms: 2, inputs: { aKey: { bKey: 1 } } }],
    model_options: [{ maxTokens: 1 }],
    models: { gpt4oMini: { max_tokens: 5, inputs: { xY: 1 } } },
    "file Name.txt": { x: null },
    "support#0:system": "s",
  };

  it("is converted at every depth, but not under opaque keys", () => {
    expect(toSnakeKeys(camel, opaque)).toEqual(snake);
    expect(toCamelKeys(snake, opaque)).toEqual(camel);
  });

  it("drops undefined members and leaves plain values unchanged", () => {
    expect(toSnakeKeys({ aB: undefined, cD: 1 }, opaque)).toEqual({ c_d: 1 });
    expect(toSnakeKeys("aB", opaque)).toBe("aB");
    expect(toSnakeKeys(null, opaque)).toBeNull();
  });

  it("survives the round trip", () => {
    const key = fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9]{0,3}([A-Z][a-z0-9]{0,3}){0,3}$/),
      fc.constantFrom("inputs", "modelOptions", "models", "A-b", "9x", "__proto__", ""),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 1, "aB", true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(toCamelKeys(toSnakeKeys(value, opaque), opaque)).toEqual(value);
      }),
    );
  });

  it("does not touch the prototype", () => {
    const mapped = toCamelKeys(JSON.parse('{"__proto__": {"polluted": 1}}'), opaque);
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
    expect(Object.keys(mapped as object)).toEqual(["__proto__"]);
  });
});
