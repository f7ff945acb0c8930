import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUnrenderer } from "../../../src/collect/unrender/create-unrenderer.ts";
import type { KnownTemplate } from "../../../src/collect/unrender/known-template.ts";
import { canonicalJson } from "../../../src/core/data/digest.ts";
import type { ChatMessage } from "../../../src/core/prompt/message.ts";
import type { Template, TemplateLanguage } from "../../../src/core/prompt/prompt.ts";
import { renderTemplate } from "../../../src/core/template/template.ts";
import { applicationTemplates, simulateCalls } from "../../support/simulated-application.ts";

const known = (path: string, template: Template, language: TemplateLanguage = "default"): KnownTemplate => ({
  path,
  template,
  language,
});
const user = (content: string): readonly ChatMessage[] => [{ role: "user", content }];
const unrender = (templates: readonly KnownTemplate[], messages: readonly ChatMessage[], path?: string) =>
  createUnrenderer(templates).unrender(messages, path);

describe("a simulated application", () => {
  test("5000 calls of five templates: at least 99 % recovered exactly, none wrongly", () => {
    const calls = simulateCalls(5000, 7);
    const unrenderer = createUnrenderer(applicationTemplates);
    const counts = { exact: 0, wrong: 0, ambiguous: 0, unmatched: 0 };
    for (const { path, inputs, messages } of calls) {
      const result = unrenderer.unrender(messages);
      if (result.kind !== "exact") counts[result.kind]++;
      else if (result.known.path === path && canonicalJson(result.inputs) === canonicalJson(inputs))
        counts.exact++;
      else counts.wrong++;
    }
    console.log(`un-rendering, ${calls.length} calls: ${JSON.stringify(counts)}`);
    expect(counts.wrong).toBe(0);
    expect(counts.exact / calls.length).toBeGreaterThanOrEqual(0.99);
  });
});

describe("every result is exact", () => {
  test("any texts in any template: the result renders to the same messages and is unique", () => {
    const piece = fc.constantFrom("a", "b", " ", "ab", "\n", "{ ", "}", "x and y");
    const text = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(""));
    const template = fc
      .array(fc.oneof(text, fc.constantFrom("{{v}}", "{{w}}", "{{u}}")), { minLength: 1, maxLength: 7 })
      .map((parts) => parts.join(""));
    let exact = 0;
    fc.assert(
      fc.property(template, text, text, text, (words, v, w, u) => {
        const inputs = { v, w, u };
        const messages = renderTemplate(words, "default", inputs);
        const result = unrender([known("p", words)], messages);
        expect(result.kind).not.toBe("unmatched");
        if (result.kind !== "exact") return;
        exact++;
        expect(renderTemplate(words, "default", result.inputs)).toEqual(messages);
        for (const [name, value] of Object.entries(result.inputs)) {
          expect(value).toBe(inputs[name as "v"]);
        }
      }),
      { numRuns: 2000 },
    );
    expect(exact).toBeGreaterThan(500);
  });

  test.each<[string, Template, string, Record<string, string> | undefined]>([
    ["one variable", "Hi {{name}}!", "Hi Ann!", { name: "Ann" }],
    ["nothing in it", "Hi {{name}}!", "Hi !", { name: "" }],
    ["blanks as they are", "A: {{a}}\n", "A:  x \n\n", { a: " x \n" }],
    ["a value that holds what stands between", "{{a}} and {{b}}", "x and y and z", undefined],
    ["two variables side by side", "{{a}}{{b}}", "xy", undefined],
    ["two variables side by side with nothing in them", "[{{a}}{{b}}]", "[]", { a: "", b: "" }],
    ["repeated variables agree", "{{a}}-{{b}}-{{a}}", "x-y-x", { a: "x", b: "y" }],
    ["repeated variables decide", "{{a}}-{{b}}-{{a}}", "x-1-y-x-1", { a: "x-1", b: "y" }],
    ["repeated alone", "{{a}}{{a}}", "xyxy", { a: "xy" }],
    ["JSON", '{"n": {{n}}, "t": "{{t}}"}', '{"n": 3, "t": "{}"}', { n: "3", t: "{}" }],
    ["placeholders in a value", "Say {{t}}", "Say {{t}}", { t: "{{t}}" }],
  ])("%s", (_, template, text, inputs) => {
    const result = unrender([known("p", template)], user(text));
    if (inputs === undefined) expect(result).toMatchObject({ kind: "ambiguous", between: "variables" });
    else expect(result).toMatchObject({ kind: "exact", inputs });
  });

  test.each([
    ["other words", "Hi {{name}}!", "Hello Ann!"],
    ["repeated variables that differ", "{{a}}-{{a}}", "x-y"],
    ["an end that is missing", "{{a}}!", "x"],
    ["ends that overlap", "aba{{x}}aba", "abaaba".slice(0, 4)],
  ])("%s: no match", (_, template, text) => {
    expect(unrender([known("p", template)], user(text))).toEqual({ kind: "unmatched" });
  });
});

describe("several templates", () => {
  const plain = known("plain", "Classify: {{text}}");
  const longer = known("longer", "Classify: {{text}}\nAnswer in one word only.");

  test("the longer of two prefixes wins if its words are present, otherwise the shorter one", () => {
    expect(unrender([plain, longer], user("Classify: a b"))).toMatchObject({
      kind: "exact",
      known: { path: "plain" },
      inputs: { text: "a b" },
    });
    expect(unrender([plain, longer], user("Classify: a b\nAnswer in one word only."))).toMatchObject({
      kind: "exact",
      known: { path: "longer" },
      inputs: { text: "a b" },
    });
  });

  test("a few more words, or words elsewhere, are not sufficient", () => {
    const dot = known("dot", "Classify: {{text}} now.");
    expect(unrender([plain, dot], user("Classify: a now."))).toMatchObject({
      kind: "ambiguous",
      between: "templates",
      templates: [{ path: "plain" }, { path: "dot" }],
    });
    const elsewhere = known("elsewhere", "{{text}}\nAnswer in one word only.");
    expect(unrender([plain, elsewhere], user("Classify: a\nAnswer in one word only."))).toMatchObject({
      kind: "ambiguous",
    });
  });

  test("the path of the prompt decides if the call has one", () => {
    const dot = known("dot", "Classify: {{text}} now.");
    expect(unrender([plain, dot], user("Classify: a now."), "dot")).toMatchObject({ inputs: { text: "a" } });
  });

  test("an ambiguous longer template is not replaced by an unambiguous shorter one", () => {
    const two = known("two", "Classify: {{a}} against the list {{b}}");
    const text = "Classify: x against the list y against the list z";
    expect(unrender([plain, two], user(text))).toMatchObject({
      kind: "ambiguous",
      templates: [{ path: "two" }],
    });
  });

  test("versions with the same text are merged into one without a version", () => {
    const versions = [1, 2].map((version) => ({ ...plain, version, versionId: `prv_${version}` }));
    expect(unrender(versions, user("Classify: a"))).toEqual({
      kind: "exact",
      known: plain,
      inputs: { text: "a" },
    });
  });
});

describe("messages", () => {
  const chat = known("chat", [
    { role: "system", content: "Help {{who}}." },
    { role: "chat_history", content: "{{chat_history}}" },
    { role: "user", content: "{{question}}" },
  ]);

  test("a history takes the messages in between, including tool calls and parts", () => {
    const messages: readonly ChatMessage[] = [
      { role: "system", content: "Help us." },
      { role: "user", content: [{ type: "image_url", image_url: { url: "http://x" } }] },
      { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "f", arguments: "{}" }] },
      { role: "tool", content: "4", toolCallId: "c1" },
      { role: "user", content: "and?" },
    ];
    const result = unrender([chat], messages);
    expect(result).toMatchObject({ kind: "exact", inputs: { who: "us", question: "and?" } });
    if (result.kind !== "exact") return;
    expect(renderTemplate(chat.template, "default", result.inputs)).toEqual(messages);
  });

  test("an empty history, and too few messages", () => {
    const two: readonly ChatMessage[] = [
      { role: "system", content: "Help us." },
      { role: "user", content: "hi" },
    ];
    expect(unrender([chat], two)).toMatchObject({ inputs: { chat_history: [] } });
    expect(unrender([chat], two.slice(1))).toEqual({ kind: "unmatched" });
  });

  test("two histories are separated by the message in between", () => {
    const two = known("two", [
      { role: "chat_history", content: "{{before}}" },
      { role: "system", content: "Now:" },
      { role: "chat_history", content: "{{after}}" },
    ]);
    const messages = ["a", "Now:", "b"].map((content) => ({
      role: content === "Now:" ? "system" : "user",
      content,
    }));
    expect(unrender([two], messages)).toMatchObject({
      kind: "exact",
      inputs: { before: [{ content: "a" }], after: [{ content: "b" }] },
    });
  });

  test("a single text part is text; names and tool calls do not come from templates", () => {
    const part = [{ role: "user", content: [{ type: "text", text: "Hi Ann" }] }];
    expect(unrender([known("p", "Hi {{x}}")], part)).toMatchObject({ inputs: { x: "Ann" } });
    expect(unrender([known("p", "Hi {{x}}")], [{ role: "user", content: "Hi Ann", name: "ann" }])).toEqual({
      kind: "unmatched",
    });
  });
});

describe("jinja", () => {
  test.each([
    ["plain", "Hi {{ name }}, {{- other }}!", "Hi Ann,x!", { name: "Ann", other: "x" }],
    ["members", "{{ user.name }}: {{ user.age }}", "Ann: 3", { user: { name: "Ann", age: "3" } }],
    ["an if that holds", "A{% if b %} {{ b }}{% endif %}.", "A x.", { b: "x" }],
    ["an if that does not hold", "A{% if b %} bee{% endif %}.", "A.", { b: false }],
    ["an if not defined", "A{% if b is defined %} {{ b }}{% endif %}.", "A.", {}],
    ["else", "{% if not f %}Short{% else %}Long{% endif %} {{ t }}", "Long x", { f: true, t: "x" }],
  ])("%s", (_, template, text, inputs) => {
    expect(unrender([known("p", template, "jinja")], user(text))).toMatchObject({ kind: "exact", inputs });
  });

  test("loops and filters are reported as unusable", () => {
    const loop = known("loop", "{% for x in xs %}{{ x }}{% endfor %}", "jinja");
    const unrenderer = createUnrenderer([loop, known("broken", "{% if %}", "jinja")]);
    expect(unrenderer.unusable).toMatchObject([
      { known: { path: "loop" }, reason: "it does more than insert and test variables" },
      { known: { path: "broken" } },
    ]);
    expect(unrenderer.unrender(user("ab"))).toEqual({ kind: "unmatched" });
  });
});

describe("long messages", () => {
  const long = "and so on, ".repeat(10_000);

  test("recovers 100 kB, even if variables repeat and values contain the separators", () => {
    const twice = known("twice", "{{who}} said: {{text}} - thus spoke {{who}}");
    expect(unrender([twice], user(`Ann said: ${long} - thus spoke Ann`))).toMatchObject({
      inputs: { who: "Ann", text: long },
    });
    const many = known("many", "{{a}}, {{b}}, {{c}}, {{d}}, {{e}}?");
    expect(unrender([many], user(`${long}?`))).toMatchObject({ kind: "ambiguous" });
  });

  test("a search that would take too long is ambiguous", () => {
    const hard = known("hard", "{{a}},{{b}},{{a}},{{c}},{{b}},{{c}}!");
    const result = unrender([hard], user(`${"x,".repeat(20_000)}y!`));
    expect(["ambiguous", "unmatched"]).toContain(result.kind);
  });
});
