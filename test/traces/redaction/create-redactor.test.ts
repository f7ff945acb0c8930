import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { createRedactor } from "../../../src/traces/redaction/create-redactor.ts";
import { fake } from "./table/api-keys.ts";

const { text, json } = createRedactor();
const card = "4111 1111 1111 1111";

describe("text", () => {
  it("replaces each finding with the placeholder of its kind, and keeps the rest", () => {
    expect(text("Mail jane@example.com, call (415) 555-2671, pay with 4111 1111 1111 1111.")).toBe(
      "Mail [EMAIL], call [PHONE], pay with [CARD].",
    );
    expect(text(`SSN 123-45-6789 from 10.1.2.3 with key sk-${fake(48, 1)}`)).toBe(
      "SSN [SSN] from [IP] with key [API_KEY]",
    );
    expect(text("postgres://app:secret1@db/x · 10 Main Street · Dr. Emily Watson")).toBe(
      "postgres://[CREDENTIALS]@db/x · [ADDRESS] · Dr. [NAME]",
    );
    expect(text("DB_PASSWORD=letmein42")).toBe("DB_PASSWORD=[SECRET]");
  });

  it("redacts only the chosen kinds", () => {
    const some = createRedactor({ kinds: ["email"] });
    expect(some.text("Ask Maria Garcia at maria@example.com")).toBe("Ask Maria Garcia at [EMAIL]");
  });

  it("finds disguised data, and keeps the other characters unchanged", () => {
    expect(text("４１１１　１１１１　１１１１　１１１１ “ok”")).toBe("[CARD] “ok”");
    expect(text("jo\u200bhn@exam\u00adple.com — déjà vu")).toBe("[EMAIL] — déjà vu");
    expect(text("call\u00a0+33\u202f6\u202f12\u202f34\u202f56\u202f78 now")).toBe("call\u00a0[PHONE] now");
    expect(text("to=john%40example.com&x=%20y")).toBe("to=[EMAIL]&x=%20y");
    expect(text('cut off: {"to":"a\\n415-555-2671\\njohn\\u0040example.com')).toBe(
      'cut off: {"to":"a\\n[PHONE]\\n[EMAIL]',
    );
  });

  it("redacts JSON text, quoted to any depth", () => {
    const inner = JSON.stringify({ to: "jane@example.com", note: "line\n123-45-6789" });
    const outer = JSON.stringify({ body: inner, again: JSON.stringify([inner]) });
    const redacted = JSON.parse(text(outer));
    expect(JSON.parse(redacted.body)).toEqual({ to: "[EMAIL]", note: "line\n[SSN]" });
    expect(JSON.parse(JSON.parse(redacted.again)[0])).toEqual({ to: "[EMAIL]", note: "line\n[SSN]" });
  });

  it("keeps JSON text byte for byte if nothing is found", () => {
    const spaced = '{ "a" : 1.0,\n  "id": 12345678901234567890, "b": "caf\\u00e9" }';
    expect(text(spaced)).toBe(spaced);
  });

  it("redacts the values of repeated keys", () => {
    expect(text('{"to":"jane@example.com","to":"ok"}')).toBe('{"to":"ok"}');
  });

  it("redacts JSON Lines and event streams line by line", () => {
    const stream = 'event: message\ndata: {"to":"jane@example.com"}\n\ndata: {"ok":true}\n\ndata: [DONE]\n';
    expect(text(stream)).toBe(stream.replace("jane@example.com", "[EMAIL]"));
    expect(text('{"a":"x"}\n{"b":"123-45-6789"}\n')).toBe('{"a":"x"}\n{"b":"[SSN]"}\n');
  });

  it("is idempotent for any text", () => {
    const words = fc.constantFrom(
      ...[
        "jane@example.com",
        card,
        "415-555-2671",
        "Maria",
        "Garcia",
        "Mr.",
        "10",
        "Main",
        "Street",
        "://",
        "@",
        "=",
        "\n",
      ],
      ...[
        "password",
        "token",
        ":",
        "[NAME]",
        "[EMAIL]",
        '"',
        "{",
        "}",
        "\\",
        "name is",
        "４１",
        "%40",
        ",",
        "sk-",
        "192.168.0.1",
      ],
    );
    const mixed = fc.array(fc.oneof(words, fc.string({ unit: "grapheme", maxLength: 6 })), { maxLength: 12 });
    fc.assert(
      fc.property(mixed, fc.constantFrom("", " "), (parts, gap) => {
        const once = text(parts.join(gap));
        expect(text(once)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });
});

describe("json", () => {
  it("redacts keys, and numbers keys that become equal", () => {
    expect(json({ "a@example.com": 1, "b@example.com": 2, plain_key: 3 })).toEqual({
      "[EMAIL]": 1,
      "[EMAIL] 2": 2,
      plain_key: 3,
    });
  });

  it("uses the key as a hint for its value", () => {
    expect(
      json({
        password: "x",
        first_name: "Xu",
        phone: 5551234567,
        ssn: 123456789,
        apiKey: "{api_key}",
        address: "5 Elm st",
      }),
    ).toEqual({
      ...{ password: "[SECRET]", first_name: "[NAME]", phone: "[PHONE]", ssn: "[SSN]", apiKey: "{api_key}" },
      address: "[ADDRESS]",
    });
    expect(json({ headers: { Authorization: "Basic abc", Cookie: "sid=1" } })).toEqual({
      headers: { Authorization: "[SECRET]", Cookie: "[SECRET]" },
    });
  });

  it("keeps numbers, but redacts card numbers", () => {
    const figures = {
      created: 1715949045,
      at_ms: 1715949045123,
      id: 4111111111111112,
      share: 0.123456789012,
      total_tokens: 4096,
    };
    expect(json(figures)).toEqual(figures);
    expect(json({ pan: 4111111111111111 })).toEqual({ pan: "[CARD]" });
  });

  it("keeps a JSON Schema and a tool description unchanged", () => {
    const tool = {
      type: "function",
      function: {
        name: "send_mail",
        description: "Sends an e-mail to a customer.",
        parameters: {
          type: "object",
          properties: { email: { type: "string" }, password: { type: "string" } },
          required: ["email"],
        },
      },
    };
    expect(json(tool)).toEqual(tool);
  });

  it("keeps a key named __proto__", () => {
    const value = JSON.parse('{"__proto__":"jane@example.com"}') as JsonValue;
    expect(JSON.stringify(json(value))).toBe('{"__proto__":"[EMAIL]"}');
  });

  it("throws on values that it cannot inspect", () => {
    let deep: JsonValue = "jane@example.com";
    for (let level = 0; level < 2000; level++) deep = [deep];
    expect(() => json(deep)).toThrow(/nested more than 500 levels/);
    expect(() => json({ when: (() => 1) as unknown as JsonValue })).toThrow(/type function/);
  });

  it("does not modify its argument", () => {
    const value = Object.freeze({ list: Object.freeze(["jane@example.com"]) }) as JsonValue;
    json(value);
    expect(value).toEqual({ list: ["jane@example.com"] });
  });

  it("never throws on JSON, and keeps its structure", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const redacted = json(value as JsonValue);
        expect(Array.isArray(redacted)).toBe(Array.isArray(value));
        expect(JSON.parse(JSON.stringify(redacted))).toEqual(JSON.parse(JSON.stringify(json(redacted))));
      }),
      { numRuns: 300 },
    );
  });
});
