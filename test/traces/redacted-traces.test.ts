import { describe, expect, it } from "vitest";
import { traceOfEvent } from "../../src/traces/libretto/trace-of-event.ts";
import { redactedTraces } from "../../src/traces/redacted-traces.ts";
import { createRedactor } from "../../src/traces/redaction/create-redactor.ts";
import { createMemoryTraces } from "../support/memory-traces.ts";

const trace = { traceId: "tr_1", startedAt: "2026-01-01T00:00:00.000Z", output: "Mail jane@example.com" };
const at = "2026-01-02T00:00:00.000Z";

describe("redactedTraces", () => {
  it("stores no personal data in traces, changes and feedback", async () => {
    const inner = createMemoryTraces();
    const traces = redactedTraces(inner, createRedactor());
    traces.append(trace);
    traces.addFeedback("k", {
      betterResponse: "Call +1 212 555 0123",
      comment: "see bob@example.com",
      rating: 0,
      at,
    });
    traces.addFeedback("k", { isDeleted: true });
    await traces.amend("tr_1", { user: "ann@example.com", latencyMs: 5 });
    expect(inner.kept).toEqual([{ ...trace, output: "Mail [EMAIL]", user: "[EMAIL]", latencyMs: 5 }]);
    expect(inner.feedback).toEqual([
      { key: "k", feedback: { betterResponse: "Call [PHONE]", comment: "see [EMAIL]", rating: 0, at } },
      { key: "k", feedback: { isDeleted: true } },
    ]);
    expect(await traces.find("tr_1")).toMatchObject({ output: "Mail [EMAIL]" });
  });

  it("derives the name of an unnamed prompt from its redacted template", () => {
    const inner = createMemoryTraces();
    const traces = redactedTraces(inner, createRedactor());
    const content = "Dear John Smith 415-555-0132, hello";
    const event = { apiName: null, promptTemplateChat: [{ role: "user", content }] };
    const given = traceOfEvent(event, "tr_2", new Date(at));
    traces.append(given);
    traces.append({ ...given, name: "dear-john", prompt: { ...given.prompt, path: "letters/dear" } });
    expect(given.name).toMatch(/^dear-john-smith-415-555-/);
    expect(inner.kept[0]?.name).toMatch(/^dear-name-phone-hello-[0-9a-f]{8}$/);
    expect(inner.kept[0]?.prompt?.path).toBe(inner.kept[0]?.name);
    expect(createRedactor().trace(inner.kept[0] ?? given)).toEqual(inner.kept[0]);
    expect(inner.kept[1]).toMatchObject({ name: "dear-john", prompt: { path: "letters/dear" } });
  });

  it("drops what cannot be redacted, and counts it", async () => {
    const inner = createMemoryTraces();
    const broken = () => {
      throw new Error("no rules");
    };
    const traces = redactedTraces(inner, { text: broken, json: broken, trace: broken });
    traces.append(trace);
    traces.addFeedback("k", { comment: "x", at });
    await expect(traces.amend("tr_1", { user: "x" })).rejects.toThrow("no rules");
    expect(await traces.close()).toEqual({ count: 2, reason: "it could not be redacted: no rules" });
    expect([...inner.kept, ...inner.feedback]).toEqual([]);
  });
});
