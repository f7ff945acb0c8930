import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { UsageError } from "../../../src/core/errors.ts";
import type { Template } from "../../../src/core/prompt/prompt.ts";
import { renderTemplate, templateVariables } from "../../../src/core/template/template.ts";

const render = (template: Template, inputs: JsonObject = {}) => renderTemplate(template, "default", inputs);
const text = (template: string, inputs: JsonObject = {}) => render(template, inputs)[0]?.content;

function failure(act: () => unknown): UsageError {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("the default template language", () => {
  it("sends a text template as one user message", () => {
    expect(render("Text: {{text}}", { text: "good" })).toEqual([{ role: "user", content: "Text: good" }]);
  });

  it("accepts blanks inside the braces and repeated variables", () => {
    expect(text("{{a}} {{ a }} {{  a\t}} {{b-c}} {{d.e}}", { a: "1", "b-c": "2", "d.e": "3" })).toBe(
      "1 1 1 2 3",
    );
  });

  it("leaves other text in braces unchanged", () => {
    const json = '{"a": {"b": {}}} {x} {{ }} {{1x}} {{a b}} {{"a"}} {% if a %} {{a|upper}} ${{';
    expect(text(json, { a: "no" })).toBe(json);
  });

  it("finds a variable inside JSON", () => {
    expect(text('{"text": {{{x}}}, "y": "{{x}}"}', { x: "v" })).toBe('{"text": {v}, "y": "v"}');
  });

  it("renders numbers and booleans as text, lists and objects as JSON", () => {
    const inputs = { n: 1.5, b: false, l: [1, "a"], o: { k: null } };
    expect(text("{{n}} {{b}} {{l}} {{o}}", inputs)).toBe('1.5 false [1,"a"] {"k":null}');
  });

  it("never expands braces inside values", () => {
    expect(text("{{a}} {{b}}", { a: "{{b}} $& $1", b: "{{a}}" })).toBe("{{b}} $& $1 {{a}}");
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(text("<{{a}}|{{b}}|{{a}}>", { a, b })).toBe(`<${a}|${b}|${a}>`);
      }),
    );
  });

  it("lists all missing variables, including null ones", () => {
    const error = failure(() => text("{{b}} {{a}} {{c}} {{b}}", { c: "x", a: null }));
    expect(error.message).toBe("missing variables: b, a");
    expect(error.hint).toBe("inputs given: c, a");
    expect(failure(() => text("{{one}}")).message).toBe("missing variable: one");
  });

  it("does not read inputs from the object prototype", () => {
    expect(failure(() => text("{{constructor}} {{__proto__}} {{toString}}")).message).toBe(
      "missing variables: constructor, __proto__, toString",
    );
  });
});

describe("chat templates", () => {
  const template: Template = [
    { role: "system", content: "You help {{who}}." },
    { role: "chat_history", content: "{{history}}" },
    { role: "user", content: "{{question}} {{who}}" },
  ];
  const history = [
    { role: "user", content: "Hello {{who}}", name: "ann" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"q":1}' } }],
    },
    { role: "tool", content: "found", tool_call_id: "c1" },
    { role: "user", content: [{ type: "text", text: "see" }] },
  ];

  it("list variables in order of first use, including the history", () => {
    expect(templateVariables(template, "default")).toEqual(["who", "history", "question"]);
  });

  it("insert the history's messages unchanged", () => {
    expect(render(template, { who: "Bo", history, question: "Why?" })).toEqual([
      { role: "system", content: "You help Bo." },
      { role: "user", content: "Hello {{who}}", name: "ann" },
      { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "look", arguments: '{"q":1}' }] },
      { role: "tool", content: "found", toolCallId: "c1" },
      { role: "user", content: [{ type: "text", text: "see" }] },
      { role: "user", content: "Why? Bo" },
    ]);
  });

  it.each([
    ["", ["chat_history"]],
    [" past ", ["past"]],
    ["{{ past }}", ["past"]],
    ["{{a}} {{b}}", ["a", "b"]],
  ])("reads a chat_history of %j", (content, names) => {
    expect(templateVariables([{ role: "chat_history", content }], "default")).toEqual(names);
  });

  it("expand an empty history to nothing, and several in order", () => {
    const both: Template = [{ role: "chat_history", content: "{{a}}{{b}}" }];
    expect(render(both, { a: [], b: [{ role: "user", content: "x" }] })).toEqual([
      { role: "user", content: "x" },
    ]);
  });

  it("reject a history that is missing or not a list of messages", () => {
    const error = failure(() => render(template, { who: "", history: "none", question: "" }));
    expect(error.message).toBe('the input "history" of a chat_history message is a string, not messages');
    expect(error.hint).toBe('give a list such as [{"role": "user", "content": "Hello"}]');
    expect(failure(() => render(template, { who: "" })).message).toBe("missing variables: history, question");
    expect(
      failure(() => render(template, { who: "", history: [{ content: "x" }], question: "" })).message,
    ).toBe(
      'the input "history" of a chat_history message is a list with an item that has no role, not messages',
    );
  });

  it("reject text in a chat_history message", () => {
    const error = failure(() =>
      templateVariables([{ role: "chat_history", content: "see {{a}}" }], "default"),
    );
    expect(error.message).toBe('a chat_history message holds "see {{a}}", which names no variable');
  });
});
