import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../src/core/data/json.ts";
import { createRedactor } from "../../../../src/traces/redaction/create-redactor.ts";

const { json, text } = createRedactor();
const bytes = (token: string) => [...Buffer.from(token)];
const token = (value: string) => ({
  token: value,
  logprob: -0.1,
  bytes: bytes(value),
  top_logprobs: [{ token: value, logprob: -0.1, bytes: bytes(value) }],
});

describe("split texts", () => {
  it("are joined in log-probabilities, including bytes and alternatives", () => {
    const content = [
      "Mail",
      " jane",
      "@",
      "example",
      ".com",
      " or",
      " call",
      " 415",
      "-555",
      "-",
      "2671",
      ".",
    ].map(token);
    const redacted = json({ choices: [{ logprobs: { content, refusal: null } }] }) as {
      choices: { logprobs: { content: ReturnType<typeof token>[] } }[];
    };
    const tokens = redacted.choices[0]?.logprobs.content ?? [];
    expect(tokens.map((one) => one.token).join("")).toBe("Mail [EMAIL] or call [PHONE].");
    for (const secret of ["jane", "example", "555", "2671"]) {
      expect(JSON.stringify(redacted)).not.toContain(secret);
      expect(JSON.stringify(redacted)).not.toContain(JSON.stringify(bytes(secret)).slice(1, -1));
    }
    expect(tokens[0]).toEqual(token("Mail"));
  });

  it("are joined in the chunks of a chat stream, per choice", () => {
    const chunk = (index: number, content: string) => ({ id: "c", choices: [{ index, delta: { content } }] });
    const chunks = [
      chunk(0, "I am Maria"),
      chunk(1, "number 4111 1111"),
      chunk(0, " Gar"),
      chunk(1, " 1111 1111 it is"),
      chunk(0, "cia, hi"),
    ];
    const redacted = JSON.stringify(json(chunks));
    expect(redacted).not.toMatch(/Maria|cia|1111/);
    expect(redacted).toContain("it is");
    expect(redacted).toContain(", hi");
  });

  it("are joined in fragments of tool call arguments", () => {
    const chunk = (part: string) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: part } }] } }],
    });
    const redacted = JSON.stringify(json([chunk('{"to":"jane@exa'), chunk('mple.com","n'), chunk('":1}')]));
    expect(redacted).not.toMatch(/jane|mple\.com/);
  });

  it("are joined in events of the Responses API and in a stream stored as text", () => {
    const event = (delta: string) => ({ type: "response.output_text.delta", output_index: 0, delta });
    const events = [event("SSN 123-"), event("45-67"), event("89 ok")];
    expect(JSON.stringify(json(events))).not.toMatch(/123-|45-67|"89/);
    const stream = events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join("");
    const redacted = text(stream);
    expect(redacted).not.toMatch(/123-|45-67|"89/);
    expect(redacted).toContain(" ok");
  });

  it("are joined in the parts of a message", () => {
    const parts = [
      { type: "text", text: "write to jane@exam" },
      { type: "text", text: "ple.com please" },
    ];
    expect(json({ role: "user", content: parts })).toEqual({
      role: "user",
      content: [
        { type: "text", text: "write to [EMAIL]" },
        { type: "text", text: " please" },
      ],
    });
  });

  it("stay unchanged if nothing is found", () => {
    const value: JsonValue = [token("Hello"), token(" world")];
    expect(json(value)).toEqual(value);
  });
});
