import { describe, expect, it } from "vitest";
import { templateChat, templateText } from "../../../src/client/openai.ts";
import { recordedTemplate } from "../../../src/client/template/chat-template.ts";
import { fillBody } from "../../../src/client/template/fill-body.ts";

/** The template as recorded. */
function recorded(filled: ReturnType<typeof fillBody>) {
  return filled.used === undefined ? undefined : recordedTemplate(filled.used.template, filled.used.params);
}

describe("fillBody", () => {
  it("leaves a body without templates unchanged", () => {
    const body = { model: "m", messages: [{ role: "user", content: "{x}" }] };
    expect(fillBody("chat", body, {})).toEqual({ body });
    expect(fillBody("chat", body, {}).body).toBe(body);
    expect(fillBody("responses", { input: "hi" }, {}).used).toBeUndefined();
    expect(fillBody("completion", { prompt: [1, 2, 3] }, {}).used).toBeUndefined();
  });

  it("finds the template of filled messages and leaves them unchanged", () => {
    const messages = templateChat([{ role: "user", content: "Hi {name}" }], { name: "Bo" });
    const body = { messages };
    const filled = fillBody("chat", body, {});
    expect(filled.body).toBe(body);
    expect(filled.used?.params).toEqual({ name: "Bo" });
    expect(recorded(filled)?.template).toEqual([{ role: "user", content: "Hi {{name}}" }]);
  });

  it("fills a template without params from those of the call", () => {
    const messages = templateChat([
      { role: "system", content: "Fixed" },
      { role: "user", content: "Hi {name}" },
    ]);
    const filled = fillBody("chat", { messages }, { name: "Bo" });
    expect(filled.body["messages"]).toEqual([
      { role: "system", content: "Fixed" },
      { role: "user", content: "Hi Bo" },
    ]);
    expect(recorded(filled)?.template).toHaveLength(2);
    expect(() => fillBody("chat", { messages }, {})).toThrow("missing variable: name");
  });

  it("finds a template again when its messages are in another list", () => {
    const greeting = templateChat([{ role: "user", content: "Hi {name}" }], { name: "Bo" });
    const messages = [
      { role: "system", content: "Be {kind}" },
      ...greeting,
      { role: "assistant", content: "Hello" },
      { role: "user", content: "More" },
    ];
    const filled = fillBody("chat", { messages }, {});
    expect(filled.body["messages"]).toBe(messages);
    // The first message is not a template: its braces are literal.
    expect(recorded(filled)?.template).toEqual([
      { role: "system", content: "Be {kind}" },
      { role: "user", content: "Hi {{name}}" },
    ]);
  });

  it("keeps the messages of a history out of the template, alone or spread", () => {
    const past = [{ role: "user", content: "Before" }];
    const template = [
      { role: "chat_history", content: "{past}" },
      { role: "user", content: "{q}" },
    ] as const;
    const chat: readonly object[] = templateChat(template, { past, q: "Now" });
    for (const messages of [chat, [...chat], [...chat, { role: "tool", content: "x" }]]) {
      expect(recorded(fillBody("chat", { messages }, {}))?.template).toEqual([
        { role: "chat_history", content: "{{past}}" },
        { role: "user", content: "{{q}}" },
      ]);
    }
  });

  it("accepts templated texts as content, prompt, input and instructions", () => {
    const content = templateText("Hi {name}", { name: "Bo" });
    const chat = fillBody("chat", { messages: [{ role: "user", content }] }, {});
    expect(chat.body["messages"]).toEqual([{ role: "user", content: "Hi Bo" }]);
    expect(recorded(chat)?.template).toEqual([{ role: "user", content: "Hi {{name}}" }]);

    const text = fillBody("completion", { prompt: content }, {});
    expect(text.body["prompt"]).toBe("Hi Bo");
    expect(recorded(text)?.template).toBe("Hi {{name}}");

    const answer = fillBody(
      "responses",
      { instructions: templateText("Speak {tongue}"), input: content },
      { tongue: "Latin" },
    );
    expect(answer.body).toEqual({ instructions: "Speak Latin", input: "Hi Bo" });
    expect(answer.used?.params).toEqual({ tongue: "Latin", name: "Bo" });
    expect(recorded(answer)?.template).toEqual([
      { role: "system", content: "Speak {{tongue}}" },
      { role: "user", content: "Hi {{name}}" },
    ]);
  });

  it("keeps as written what the registry's syntax cannot express", () => {
    const messages = templateChat([{ role: "user", content: "\\{\\{x\\}\\} {a}" }], { a: 1 });
    expect(recorded(fillBody("chat", { messages }, {}))).toEqual({
      template: undefined,
      asWritten: { template_as_written: [{ role: "user", content: "\\{\\{x\\}\\} {a}" }] },
    });
  });
});
