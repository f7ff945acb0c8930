import { expect, test } from "vitest";
import { textsOf } from "../../../src/core/prompt/candidate.ts";
import { templateFromJson, templateToJson } from "../../../src/core/prompt/template-json.ts";
import { renderTemplate, templateVariables } from "../../../src/core/template/template.ts";

const wire = [
  { role: "system", content: "About {{topic}}", name: "guide" },
  {
    role: "user",
    content: [
      { type: "text", text: "What is {{thing}}?" },
      { type: "image_url", image_url: { url: "https://x.test/{{file}}.png", detail: "low" } },
    ],
  },
  {
    role: "assistant",
    content: "",
    tool_calls: [
      { id: "c1", type: "function", function: { name: "look_up", arguments: '{"q":"{{topic}}"}' } },
    ],
  },
  { role: "tool", content: "found", tool_call_id: "c1" },
];
const template = templateFromJson(wire);

test("a template of parts, names and tool calls reads back as it was written", () => {
  expect(templateToJson(template)).toEqual(wire);
  expect(templateToJson("plain {{x}}")).toBe("plain {{x}}");
});

test("null equals absent, also within parts; absent content equals an empty text", () => {
  const spelled = [
    { role: "user", content: [{ type: "image_url", image_url: { url: "u", detail: null } }], name: null },
    { role: "assistant", content: null, tool_calls: [] },
  ];
  expect(templateToJson(templateFromJson(spelled))).toEqual([
    { role: "user", content: [{ type: "image_url", image_url: { url: "u" } }] },
    { role: "assistant", content: "" },
  ]);
});

test("texts of parts and image URLs have variables; a tool call's arguments have none", () => {
  expect(templateVariables(template, "default")).toEqual(["topic", "thing", "file"]);
  expect(renderTemplate(template, "default", { topic: "cats", thing: "this {{topic}}", file: "a" })).toEqual([
    { role: "system", content: "About cats", name: "guide" },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this {{topic}}?" },
        { type: "image_url", image_url: { url: "https://x.test/a.png", detail: "low" } },
      ],
    },
    {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "c1", name: "look_up", arguments: '{"q":"{{topic}}"}' }],
    },
    { role: "tool", content: "found", toolCallId: "c1" },
  ]);
});

test("a message of parts is not rewritten", () => {
  expect(Object.keys(textsOf([{ key: "p", template }]))).toEqual(["p#0:system", "p#2:assistant", "p#3:tool"]);
});
