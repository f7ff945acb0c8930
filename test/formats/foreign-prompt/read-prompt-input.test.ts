import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/core/errors.ts";
import { readTemplate } from "../../../src/core/template/template.ts";
import { parseTemplateFile, readPromptInput } from "../../../src/formats/foreign-prompt/read-prompt-input.ts";

const warningsOf = (text: string, file: string) =>
  (readPromptInput(text, file).warnings ?? []).map(({ line, message }) => `${line ?? "-"} ${message}`);

function errorOf(text: string, file: string): string {
  try {
    readPromptInput(text, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("no error");
}

describe("Prompty", () => {
  // microsoft/prompty, runtime/python/prompty/tests/prompts/legacy_basic.prompty
  const first = `---
name: reply
description: Answers customers
authors:
  - someone
tags: [support]
model:
  api: chat
  configuration:
    type: azure_openai
    azure_endpoint: \${env:AZURE_OPENAI_ENDPOINT}
    azure_deployment: gpt-4o-mini
  parameters:
    temperature: 0.7
    max_tokens: 500
    stop: ["END"]
    region: west
inputs:
  firstName:
    type: string
    sample: Jane
  question: What is this?
template: jinja2
---
system:
You help {{firstName}}.

user:
{{question}}
![a chart](https://x.test/c.png)
`;

  it("version 1: messages, parameters, images; samples and connections are left out with their line", () => {
    expect(readPromptInput(first, "a.prompty")).toMatchObject({
      name: "reply",
      description: "Answers customers",
      templateLanguage: "default",
      model: { model: "gpt-4o-mini", provider: "azure", temperature: 0.7, maxTokens: 500, stop: ["END"] },
      template: [
        { role: "system", content: "You help {{firstName}}." },
        {
          role: "user",
          parts: [
            { type: "text", text: "{{question}}" },
            { type: "image_url", image_url: { url: "https://x.test/c.png" } },
          ],
        },
      ],
    });
    expect(warningsOf(first, "a.prompty")).toEqual([
      "7 model: region is left out",
      "7 model: configuration is left out; endpoints and keys come from the environment or a config",
      "18 samples and defaults of inputs are left out; rows give the values",
    ]);
  });

  // …/anthropic_tools.prompty, anthropic_structured.prompty, threaded.prompty
  const second = `---
name: tools
model:
  id: claude-sonnet-4-5
  provider: anthropic
  apiType: chat
  connection:
    kind: reference
    name: prod
  options:
    maxOutputTokens: 1024
    topK: 5
tools:
  - name: get_weather
    kind: function
    description: Weather
    parameters:
      - name: location
        kind: string
        required: true
outputs:
  - name: city
    kind: string
  - name: degrees
    kind: float
inputs:
  - name: question
    kind: string
  - name: conversation
    kind: thread
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---
system:
Be brief.{% if tone %} Be {{tone}}.{% endif %}

{{conversation}}

user:
{{question}}
`;

  it("version 2: tools, outputs, threads and jinja", () => {
    expect(readPromptInput(second, "b.prompty")).toMatchObject({
      templateLanguage: "jinja",
      model: {
        model: "claude-sonnet-4-5",
        provider: "anthropic",
        maxTokens: 1024,
        other: { top_k: 5 },
        tools: [
          {
            type: "function",
            function: {
              name: "get_weather",
              parameters: {
                type: "object",
                properties: { location: { type: "string" } },
                required: ["location"],
              },
            },
          },
        ],
        responseFormat: {
          type: "json_schema",
          json_schema: {
            name: "tools",
            schema: { properties: { city: { type: "string" }, degrees: { type: "number" } } },
          },
        },
      },
      template: [
        { role: "system", content: "Be brief.{% if tone %} Be {{tone}}.{% endif %}" },
        { role: "chat_history", content: "{{conversation}}" },
        { role: "user", content: "{{question}}" },
      ],
    });
    expect(warningsOf(second, "b.prompty")).toEqual([
      "3 model: connection is left out; endpoints and keys come from the environment or a config",
    ]);
  });

  it("what cannot be rendered is an error with its line and a cure", () => {
    const body = 'system:\nBe brief.\n\nuser:\n{{q}}\n{% include "x.md" %}\n';
    expect(errorOf(`---\nmodel: m\n---\n${body}`, "a.prompty")).toContain(
      "a.prompty:9:1  {% include … %} is not supported",
    );
    expect(
      errorOf("---\nmodel: m\ntemplate: mustache\n---\nuser:\n{{#items}}x{{/items}}\n", "a.prompty"),
    ).toContain("a.prompty:6:1  the Mustache tag {{#items}} is not supported");
    expect(errorOf("---\nmodel: m\ntemplate: liquid\n---\nuser:\nx\n", "a.prompty")).toContain(
      "a.prompty:3:1  the template format liquid is not supported",
    );
  });
});

describe("dotprompt", () => {
  // google/dotprompt, examples and docs (reference/frontmatter, template, picoschema)
  const text = `# Copyright

---
model: googleai/gemini-2.5-flash
config:
  temperature: 0.2
  maxOutputTokens: 100
  safetySettings: []
input:
  schema:
    items(array, what was bought): string
    tone?: string
  default: { tone: kind }
output:
  format: json
  schema:
    summary: string, one sentence
    tags(array): string
    mood?(enum): [GOOD, BAD]
tools: [lookup]
---
{{role "system"}}
You are {{#if tone}}{{tone}}{{else}}plain{{/if}}.
{{! a note }}
{{history}}
{{role "user"}}
{{#each items}}
{{@index}}. {{this.name}} of {{../shop}}
{{/each}}
{{media url=photo}} {{json order}}
`;

  it("becomes messages in jinja, with parameters and a schema", () => {
    const read = readPromptInput(text, "a.prompt");
    expect(read).toMatchObject({
      templateLanguage: "jinja",
      model: {
        model: "gemini-2.5-flash",
        provider: "google",
        temperature: 0.2,
        maxTokens: 100,
        responseFormat: {
          json_schema: {
            schema: {
              properties: {
                summary: { type: "string", description: "one sentence" },
                tags: { type: "array", items: { type: "string" } },
                mood: { enum: ["GOOD", "BAD"] },
              },
              required: ["summary", "tags"],
            },
          },
        },
      },
    });
    expect(warningsOf(text, "a.prompt")).toEqual([
      "5 config: safetySettings is left out",
      "20 the tools are left out: only their names are here; add their schemas with `tools`",
      "9 defaults of inputs are left out; rows give the values",
    ]);
    const messages = readTemplate(read.template, read.templateLanguage).render({
      tone: "kind",
      items: [{ name: "tea" }, { name: "jam" }],
      shop: "S",
      photo: "https://x.test/p.png",
      order: { n: 1 },
      history: [{ role: "user", content: "Hi" }],
    });
    expect(messages).toEqual([
      { role: "system", content: "You are kind." },
      { role: "user", content: "Hi" },
      {
        role: "user",
        content: [
          { type: "text", text: "0. tea of S\n1. jam of S\n" },
          { type: "image_url", image_url: { url: "https://x.test/p.png" } },
          { type: "text", text: '{"n": 1}' },
        ],
      },
    ]);
  });

  it("with names alone needs no jinja", () => {
    const read = readPromptInput(
      '---\nmodel: m\n---\n{{role "system"}}\nBe brief.\n{{role "user"}}\n{{{q}}}\n',
      "a.prompt",
    );
    expect(read.templateLanguage).toBe("default");
    expect(read.template).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "{{q}}" },
    ]);
  });

  it("is not seen in own files with a variable history, in jinja, or in other texts", () => {
    const own = "---\nmodel: m\n---\n<system>\n{{history}} {{#if a}}\n</system>\n";
    expect(readPromptInput(own, "a.prompt").template).toEqual([
      { role: "system", content: "{{history}} {{#if a}}" },
    ]);
    expect(parseTemplateFile("{{history}}\n", "a.prompt").template).toBe("{{history}}");
    expect(parseTemplateFile("{{#if a}}x{{/if}}", "a.txt").template).toBe("{{#if a}}x{{/if}}");
    const settings = readPromptInput(
      "---\nmodel: m\ntemperature: 0\npath: a/b\n---\n{{#if a}}x{{/if}}\n",
      "a.prompt",
    );
    expect(settings).toMatchObject({ path: "a/b", model: { temperature: 0 }, templateLanguage: "jinja" });
  });

  it("what cannot be converted is an error with its line", () => {
    const error = errorOf(
      '---\nmodel: m\n---\n{{role "system"}}\n{{>style}}\n{{upper name}}\n{{#if a}}\n{{role "user"}}\n{{/if}}\n{{#each xs}}\n',
      "a.prompt",
    );
    for (const part of [
      "a.prompt:5:1  {{>style}} cannot be converted; paste the text",
      "a.prompt:6:1  {{upper name}} cannot be converted; helpers",
      'a.prompt:8:1  {{role "user"}} cannot be converted inside a block',
      "a.prompt:10:1  {{#each}} is not closed; add {{/each}}",
    ])
      expect(error).toContain(part);
  });
});

describe("Humanloop", () => {
  // humanloop.com/docs/v5/reference/serialized-files
  const text = `---
model: gpt-4o
---
<user>
<text>What is here? {{question}}</text>
<image url="https://x.test/a.png" detail="auto" />
</user>

<assistant>
Let me look.
<tool name="get_weather" id="call_1">
{"city": "x"}
</tool>
</assistant>

<tool name="get_weather" id="call_1">
{"t": 3}
</tool>
`;
  const template = [
    {
      role: "user",
      content: "What is here? {{question}}",
      parts: [
        { type: "text", text: "What is here? {{question}}" },
        { type: "image_url", image_url: { url: "https://x.test/a.png", detail: "auto" } },
      ],
    },
    {
      role: "assistant",
      content: "Let me look.",
      toolCalls: [{ id: "call_1", name: "get_weather", arguments: '{"city": "x"}' }],
    },
    { role: "tool", content: '{"t": 3}', name: "get_weather", toolCallId: "call_1" },
  ];

  it("images, tool calls and results", () => {
    expect(readPromptInput(text, "a.prompt").template).toEqual(template);
    expect(parseTemplateFile(text, "a.prompt").template).toEqual(template);
  });

  it("an agent is read as its prompt", () => {
    const agent = `---\nmodel: m\nmax_iterations: 3\ntools: [{"type": "inline", "json_schema": {"name": "stop", "parameters": {}}, "on_agent_call": "stop"}, {"type": "file", "link": {"file_id": "pr_a"}}]\n---\n<system>\nBe terse\n</system>\n`;
    expect(readPromptInput(agent, "x.agent")).toMatchObject({
      template: [{ role: "system", content: "Be terse" }],
      model: { tools: [{ name: "stop", parameters: {} }] },
    });
    expect(warningsOf(agent, "x.agent")).toEqual([
      "3 max_iterations is left out: a prompt makes one call, the application runs the loop",
      "4 1 linked tool is left out: only an id is here",
      "4 on_agent_call is left out: the application decides when to stop",
    ]);
  });
});

describe("Langfuse", () => {
  // langfuse.com/docs/api: GET /api/public/v2/prompts/{name}
  const chat = JSON.stringify({
    name: "shop/reply",
    version: 3,
    type: "chat",
    prompt: [
      { type: "chatmessage", role: "system", content: "Be {{tone}}." },
      { type: "placeholder", name: "history" },
      { role: "user", content: "{{question}}" },
    ],
    config: { model: "gpt-4o", temperature: 0.1, owner: "a" },
    labels: ["production", "latest"],
    tags: ["support"],
    commitMessage: "shorter",
  });

  it("chat with placeholders, and text", () => {
    expect(readPromptInput(chat, "p.json")).toMatchObject({
      name: "shop/reply",
      versionDescription: "shorter",
      tags: { support: "" },
      model: { model: "gpt-4o", temperature: 0.1 },
      template: [
        { role: "system", content: "Be {{tone}}." },
        { role: "chat_history", content: "{{history}}" },
        { role: "user", content: "{{question}}" },
      ],
    });
    expect(warningsOf(chat, "p.json")).toEqual([
      "- config: owner is left out",
      "- the labels production are left out; deploy the version with: dao-opt registry deploy",
    ]);
    expect(
      readPromptInput('{"name":"a","type":"text","prompt":"Hi {{x}}","config":{},"labels":[]}', "p.json")
        .template,
    ).toBe("Hi {{x}}");
  });

  it("references to other prompts are an error", () => {
    const text =
      '{"name":"a","type":"text","prompt":"@@@langfusePrompt:name=b|label=production@@@","labels":[]}';
    expect(errorOf(text, "p.json")).toContain(
      "@@@langfusePrompt:name=b|label=production@@@ refers to another prompt",
    );
  });
});

describe("LangChain hub", () => {
  // langchain-core, load/serializable.py: dumpd(ChatPromptTemplate)
  const node = (name: string, kwargs: object) => ({
    lc: 1,
    type: "constructor",
    id: ["langchain", "prompts", name],
    kwargs,
  });
  const text = (template: string, format = "f-string") =>
    node("PromptTemplate", { template, template_format: format, input_variables: [] });
  const prompt = (messages: readonly object[]) =>
    node("ChatPromptTemplate", { messages, input_variables: [] });

  it("messages, placeholders and format strings; the model of a sequence", () => {
    const sequence = node("RunnableSequence", {
      first: prompt([
        node("SystemMessagePromptTemplate", { prompt: text('Reply as {{"mood": "{mood}"}}.') }),
        node("MessagesPlaceholder", { variable_name: "chat_history" }),
        node("HumanMessagePromptTemplate", { prompt: text("{question}") }),
        node("AIMessage", { content: "Sure." }),
      ]),
      last: node("ChatOpenAI", { model_name: "gpt-4o", temperature: 0, timeout: 3 }),
    });
    expect(readPromptInput(JSON.stringify({ manifest: sequence, commit_hash: "x" }), "p.json")).toMatchObject(
      {
        model: { model: "gpt-4o", temperature: 0 },
        template: [
          { role: "system", content: 'Reply as {"mood": "{{mood}}"}.' },
          { role: "chat_history", content: "{{chat_history}}" },
          { role: "user", content: "{{question}}" },
          { role: "assistant", content: "Sure." },
        ],
      },
    );
  });

  it("jinja2 stays jinja; format specs and sections are errors", () => {
    const jinja = prompt([
      node("HumanMessagePromptTemplate", { prompt: text("{% if a %}{{ a | upper }}{% endif %}", "jinja2") }),
    ]);
    expect(readPromptInput(JSON.stringify(jinja), "p.json").templateLanguage).toBe("jinja");
    for (const [template, format, message] of [
      ["{x:.2f}", "f-string", "{x:.2f} is no variable of a format string"],
      ["{user.name}", "f-string", "{user.name} is no variable"],
      ["{open", "f-string", "{open is no variable"],
      ["{{#xs}}a{{/xs}}", "mustache", "the Mustache tag {{#xs}} is not supported"],
    ] as const) {
      const bad = prompt([node("HumanMessagePromptTemplate", { prompt: text(template, format) })]);
      expect(errorOf(JSON.stringify(bad), "p.json")).toContain(message);
    }
  });
});

describe("OpenAI prompt objects", () => {
  // platform.openai.com/docs/guides/prompting; responses.create({prompt: {id, version, variables}})
  it("a stored prompt with its text", () => {
    const stored = {
      id: "pmpt_1",
      object: "prompt",
      version: "2",
      name: "reply",
      model: "gpt-5-mini",
      reasoning: { effort: "low" },
      text: { format: { type: "json_schema", name: "r", schema: { type: "object" } } },
      tools: [{ type: "function", name: "f", parameters: {} }, { type: "web_search" }],
      instructions: [
        { type: "message", role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
      ],
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "{{q}}" },
            { type: "input_image", image_url: "{{photo}}" },
          ],
        },
      ],
      max_output_tokens: 50,
    };
    expect(readPromptInput(JSON.stringify(stored), "p.json")).toMatchObject({
      name: "reply",
      model: {
        model: "gpt-5-mini",
        maxTokens: 50,
        reasoningEffort: "low",
        responseFormat: { type: "json_schema", json_schema: { name: "r" } },
        tools: [{ type: "function", function: { name: "f" } }],
      },
      template: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          parts: [
            { type: "text", text: "{{q}}" },
            { type: "image_url", image_url: { url: "{{photo}}" } },
          ],
        },
      ],
    });
    expect(warningsOf(JSON.stringify(stored), "p.json")).toEqual(["- tools: web_search is left out"]);
  });

  it("a reference without the text is an error with the cure", () => {
    const request = '{"model":"gpt-5","prompt":{"id":"pmpt_1","version":"2","variables":{"q":"x"}}}';
    expect(errorOf(request, "p.json")).toContain(
      "names the stored prompt pmpt_1, but does not have its text; copy",
    );
  });
});

describe("text with roles", () => {
  it("system: lines and # System headings, in Markdown", () => {
    const messages = [
      { role: "system", content: "Be brief.\n\n## Rules\n- one" },
      { role: "user", content: "{{q}}" },
    ];
    expect(
      parseTemplateFile("system:\nBe brief.\n\n## Rules\n- one\n\nuser:\n{{q}}\n", "p.md").template,
    ).toEqual(messages);
    expect(
      parseTemplateFile("# System\n\nBe brief.\n\n## Rules\n- one\n\n# User message\n\n{{q}}\n", "p.md")
        .template,
    ).toEqual(messages);
    expect(
      readPromptInput("---\nmodel: m\ntemperature: 0\n---\nsystem:\nBe brief.\nuser:\n{{q}}\n", "p.md").model,
    ).toMatchObject({
      model: "m",
      temperature: 0,
    });
  });

  it("in a .prompt file role lines are text, with a warning", () => {
    const read = readPromptInput("---\nmodel: m\n---\nsystem:\nBe brief.\n", "a.prompt");
    expect(read.template).toBe("system:\nBe brief.");
    expect(read.warnings).toMatchObject([{ message: expect.stringContaining("write <system>") }]);
  });

  it.each([
    ["a lone heading", "# System\nYou are x.\n"],
    ["headings of other kinds", "# System\na\n# Rules\nb\n# User\nc\n"],
    ["a role within a line", "The user: {{q}}\n"],
    ["a heading in code", "Use this:\n```\n# User\n```\n"],
  ])("%s stays text", (_, text) => {
    expect(parseTemplateFile(text, "p.md").template).toBe(text);
  });
});

describe("bad input", () => {
  const samples: readonly (readonly [string, string])[] = [
    [
      "a.prompty",
      "---\nmodel:\n  id: m\n  options: {temperature: 1}\ninputs: [{name: q, kind: string}]\n---\nuser:\n{{q}}\n",
    ],
    [
      "a.prompt",
      '---\nmodel: m\nconfig: {temperature: 1}\noutput: {schema: {a: string}}\n---\n{{role "user"}}\n{{q}}\n',
    ],
    [
      "p.json",
      '{"name":"a","type":"chat","prompt":[{"role":"user","content":"{{q}}"}],"config":{"model":"m"},"labels":[]}',
    ],
    [
      "p.json",
      '{"object":"prompt","id":"pmpt_1","model":"m","instructions":"x","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]}],"tools":[]}',
    ],
    [
      "p.json",
      '{"lc":1,"id":["ChatPromptTemplate"],"kwargs":{"messages":[{"lc":1,"id":["HumanMessagePromptTemplate"],"kwargs":{"prompt":{"lc":1,"id":["PromptTemplate"],"kwargs":{"template":"{q}"}}}}]}}',
    ],
    [
      "x.agent",
      "---\nmodel: m\nmax_iterations: 1\ntools: [{on_agent_call: stop}]\n---\n<user>\n{{q}}\n</user>\n",
    ],
  ];

  it.each(samples)(
    "%s: truncated anywhere is an error or a prompt, never another exception",
    (file, text) => {
      for (let end = 0; end < text.length; end++) read(text.slice(0, end), file);
    },
  );

  it("wrong types at every member of JSON are errors or warnings", () => {
    for (const [file, text] of samples.filter(([name]) => name === "p.json")) {
      const document: unknown = JSON.parse(text);
      for (const spoiled of variants(document)) read(JSON.stringify(spoiled), file);
    }
  });

  it("hostile texts are read in bounded time", () => {
    const many = 20_000;
    const started = process.cpuUsage().user;
    for (const [file, text] of [
      ["a.prompt", `{{role "user"}}${'{{#if "'.repeat(many)}`],
      ["a.prompt", `{{role "user"}}${"{{!-- ".repeat(many)}`],
      ["a.prompt", `<assistant>\n${'<tool name="x"> '.repeat(many)}\n</assistant>`],
      ["a.prompt", `<user>\n<image ${" ".repeat(many)}\n</user>`],
      ["a.md", `system:\n${" ".repeat(many)}x\nuser:\n${"![".repeat(many)}`],
      ["p.json", "[".repeat(many)],
      ["p.json", `${'{"prompt":'.repeat(5000)}1${"}".repeat(5000)}`],
    ] as const)
      read(text, file);
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(60);
  });

  function read(text: string, file: string): void {
    try {
      readPromptInput(text, file);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
  }

  function* variants(value: unknown): Generator<unknown> {
    for (const bad of [null, 1, "x", true, [], {}, [null], { a: [] }]) yield bad;
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value))
      for (const changed of variants(member))
        yield Array.isArray(value)
          ? value.map((item, at) => (String(at) === key ? changed : item))
          : { ...value, [key]: changed };
  }
});
