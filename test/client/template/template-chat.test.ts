import { describe, expect, it } from "vitest";
import { TemplateChat, TemplateText, templateChat, templateText } from "../../../src/client/openai.ts";
import { UsageError } from "../../../src/core/errors.ts";

describe("templateChat", () => {
  it("returns messages to send, and remembers their template", () => {
    const template = [
      { role: "system", content: "You are {who}." },
      { role: "ai", content: "Hello, I'm {{who}}!" },
      { role: "user", content: "Sum {n} and {n}" },
    ] as const;
    const messages = templateChat(template, { who: "Ada", n: 2 });
    expect(messages).toEqual([
      { role: "system", content: "You are Ada." },
      { role: "assistant", content: "Hello, I'm Ada!" },
      { role: "user", content: "Sum 2 and 2" },
    ]);
    expect(messages.template).toBe(template);
    expect(messages.params).toEqual({ who: "Ada", n: 2 });
    expect(Object.keys(messages)).toEqual(["0", "1", "2"]);
    expect(JSON.stringify(messages)).not.toContain("{who}");
  });

  it("throws for missing variables, including histories, before anything is sent", () => {
    expect(() =>
      templateChat(
        [
          { role: "chat_history", content: "{past}" },
          { role: "user", content: "{a} {b}" },
        ],
        { b: 1 },
      ),
    ).toThrow("missing variables: past, a");
  });

  it("inserts histories unchanged, in order", () => {
    const call = { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function" }] };
    const past = [{ role: "user", content: "{not a variable}" }, call];
    const before = [{ role: "ai", content: "Welcome" }];
    const messages: readonly object[] = templateChat(
      [
        { role: "chat_history", content: "{before} {{past}}" },
        { role: "user", content: "{q}" },
      ],
      { past, before, q: "Now?" },
    );
    expect(messages).toEqual([
      { role: "assistant", content: "Welcome" },
      { role: "user", content: "{not a variable}" },
      call,
      { role: "user", content: "Now?" },
    ]);
    expect(messages[2]).toBe(call);
  });

  it("accepts a bare name, an empty history, and chat_history by default", () => {
    expect(templateChat([{ role: "chat_history", content: "past" }], { past: [] })).toEqual([]);
    expect(
      templateChat([{ role: "chat_history", content: "" }], {
        chat_history: [{ role: "user", content: "x" }],
      }),
    ).toEqual([{ role: "user", content: "x" }]);
  });

  it.each([
    [{ role: "chat_history", content: "Before: {past}" } as const, { past: [] }, "names no variable"],
    [{ role: "chat_history", content: "{past}" } as const, { past: "text" }, "not a list of messages"],
    [
      { role: "chat_history", content: "{past}" } as const,
      { past: [{ content: "x" }] },
      "not a list of messages",
    ],
  ])("rejects %j", (message, params, reason) => {
    expect(() => templateChat([message], params)).toThrow(UsageError);
    expect(() => templateChat([message], params)).toThrow(reason);
  });

  it("fills texts inside parts, and leaves the rest unchanged", () => {
    const messages = templateChat(
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What is {thing}?" },
            { type: "image_url", image_url: { url: "https://images.test/{thing}.png", detail: "high" } },
          ],
        },
      ],
      { thing: "this" },
    );
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "https://images.test/this.png", detail: "high" } },
        ],
      },
    ]);
  });

  it("has Libretto's names too, with and without new", () => {
    const template = [{ role: "user", content: "{a}" }] as const;
    expect(new TemplateChat(template, { a: 1 })).toEqual([{ role: "user", content: "1" }]);
    expect(TemplateChat(template, { a: 1 })).toEqual([{ role: "user", content: "1" }]);
    expect(String(new TemplateText("{a}", { a: 1 }))).toBe("1");
    expect(`${TemplateText("{a}", { a: 1 })}`).toBe("1");
  });
});

describe("templateText", () => {
  it("is sent as plain text", () => {
    const text = templateText("An emoji for {sport}", { sport: "soccer" });
    expect(JSON.stringify({ prompt: text })).toBe('{"prompt":"An emoji for soccer"}');
    expect(text.length).toBe(19);
    expect(text.template).toBe("An emoji for {sport}");
    expect(text.params).toEqual({ sport: "soccer" });
  });

  it("throws for missing variables", () => {
    expect(() => templateText("{a} {b}", { a: "x" })).toThrow("missing variable: b");
  });
});
