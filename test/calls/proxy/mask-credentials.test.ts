import { describe, expect, it } from "vitest";
import { maskCredentials } from "../../../src/calls/proxy/forwarded-headers.ts";
import type { Trace } from "../../../src/core/trace.ts";

const trace = (text: string): Trace => ({
  traceId: "tr_1",
  startedAt: "2026-01-01T00:00:00.000Z",
  messages: [{ role: "user", content: text }],
  parameters: { [text]: [1, null, { deep: text }] },
  error: `x${text}y`,
});

describe("maskCredentials", () => {
  it.each([
    [{ authorization: "Bearer sk-0123456789" }, "", "sk-0123456789"],
    [{ "api-key": "0123456789abcdef" }, "", "0123456789abcdef"],
    [{ "x-goog-api-key": "AIza0123456789" }, "", "AIza0123456789"],
    [{ cookie: "session=abcdefghij; other=12345678" }, "", "abcdefghij"],
    [{}, "?api_key=from-query-99&x=1", "from-query-99"],
    [{}, "?sig=a%2Fsignature%3D", "a/signature="],
  ])("hides the value of %o %s everywhere in a trace", (headers, query, secret) => {
    const masked = maskCredentials(headers, query)(trace(secret));
    expect(JSON.stringify(masked)).not.toContain(secret);
    expect(masked.error).toBe("x[secret]y");
    expect(Object.keys(masked.parameters ?? {})).toEqual(["[secret]"]);
  });

  it("leaves a trace without credentials, and short values, unchanged", () => {
    const one = trace("test and more");
    expect(
      maskCredentials({ authorization: "Bearer test", "content-type": "application/json" }, "?x=1")(one),
    ).toBe(one);
    expect(maskCredentials({ authorization: "Bearer sk-0123456789" }, "")(one)).toBe(one);
  });

  it("hides keys in the body by the name of their member and by their form", () => {
    const one: Trace = {
      ...trace("plain"),
      parameters: { api_key: "body-key-12345", nested: { client_secret: "very-secret-1", max_tokens: 5 } },
      output: "You sent body-key-12345 and sk-proj-abcdefgh1234567890ABCDEFGH, very-secret-1.",
    };
    const masked = maskCredentials({}, "")(one);
    expect(masked.output).toBe("You sent [secret] and [secret], [secret].");
    expect(masked.parameters).toEqual({
      api_key: "[secret]",
      nested: { client_secret: "[secret]", max_tokens: 5 },
    });
  });
});
