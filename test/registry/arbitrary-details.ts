import fc from "fast-check";
import type { JsonObject } from "../../src/core/data/json.ts";
import type { Template, TemplateMessage } from "../../src/core/prompt/prompt.ts";
import { templateFromJson, templateToJson } from "../../src/core/prompt/template-json.ts";
import type { PromptDetails } from "../../src/formats/prompt-file/prompt-details.ts";
import { jsonProblem } from "../../src/formats/yaml/parse-yaml.ts";

const pieces = [
  "---",
  "---\n",
  "\n---\n",
  "<system>",
  "</system>",
  "<user>\n",
  "\n</user>",
  "\n",
  "\n\n",
  "\r\n",
  "\t",
  "  ",
  " ",
  "{{text}}",
  "{% if a %}",
  ": ",
  "# no comment",
  "- ",
  "|",
  ">",
  "\u0000",
  "\u0085",
  "\u2028",
  "\uFEFF",
  "é",
  "𝔘",
  "'",
  '"',
  "\\",
  "```",
  "&a",
  "*a",
  "!!js/function",
  "null",
  "1.0",
  "<<<<<<< HEAD",
  "=======",
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "grapheme", maxLength: 12 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""))
  .filter((value) => jsonProblem(value) === undefined);

const role = fc.oneof(
  fc.constantFrom("system", "user", "assistant", "tool", "chat_history", "critic"),
  fc.string({ minLength: 1, maxLength: 5 }),
);

const part: fc.Arbitrary<JsonObject> = fc.oneof(
  text.map((value) => ({ type: "text", text: value })),
  text.map((url) => ({ type: "image_url", image_url: { url, detail: "low" } })),
);
const toolCall = fc.record({ id: text, name: text, arguments: text });
const richMessage: fc.Arbitrary<TemplateMessage> = fc
  .record(
    {
      role,
      content: text,
      parts: fc.array(part, { maxLength: 3 }),
      name: text,
      toolCalls: fc.array(toolCall, { minLength: 1, maxLength: 2 }),
      toolCallId: text,
    },
    { requiredKeys: ["role", "content"] },
  )
  // Read back, so that the text of parts is what it is by definition.
  .map((message) => templateFromJson(templateToJson([message]))[0] as TemplateMessage);

export const arbitraryTemplate: fc.Arbitrary<Template> = fc.oneof(
  text,
  fc.array(fc.record({ role, content: text }), { maxLength: 4 }),
  fc.array(richMessage, { maxLength: 3 }),
);

const jsonObject = fc
  .dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
  .filter((value) => jsonProblem(value) === undefined) as fc.Arbitrary<JsonObject>;

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

export const arbitraryDetails: fc.Arbitrary<PromptDetails> = fc.record({
  template: arbitraryTemplate,
  templateLanguage: fc.constantFrom("default" as const, "jinja" as const),
  model: fc.record(
    {
      model: fc.string({ minLength: 1 }).filter((value) => jsonProblem(value) === undefined),
      provider: fc.constantFrom("openai", "mock"),
      endpoint: fc.constantFrom("chat", "complete"),
      temperature: number,
      topP: number,
      maxTokens: fc.integer(),
      stop: fc.oneof(text, fc.array(text, { maxLength: 3 })),
      seed: fc.integer(),
      presencePenalty: number,
      reasoningEffort: fc.oneof(fc.constantFrom("low", "high"), fc.nat()),
      responseFormat: jsonObject,
      tools: fc.array(jsonObject, { maxLength: 2 }),
      attributes: jsonObject,
      other: jsonObject,
    },
    { requiredKeys: ["model"] },
  ),
});
