import { expect, test } from "vitest";
import { issuesOf, readText } from "../read-text.ts";

const agent = (fields: string) =>
  `resources: { llms: { m: { name: m } } }\nagents:\n  a: { model: m, ${fields} }\n`;

test.each([
  [
    "run: {}",
    "config.yaml:3:18  agents.a.run: does not define how to run the application; set one of module, command or http",
  ],
  [
    "run: { module: ./a.js, http: 'http://h/' }",
    "config.yaml:3:18  agents.a.run: module and http are set; set one of module, command or http",
  ],
  [
    "run: { http: 'ftp://h/' }",
    'config.yaml:3:25  agents.a.run.http: must be an http or https address, got "ftp://h/"',
  ],
  [
    "run: { http: 'http://u:p@h/' }",
    "config.yaml:3:25  agents.a.run.http: contains a secret, which plans would show; let the application read its key from its own environment",
  ],
  [
    `run: { command: 'python "my agent.py"' }`,
    'config.yaml:3:25  agents.a.run.command: a command with quotes or shell characters cannot be split into words; write it as a list with one item per argument: ["python", "my agent.py"]',
  ],
  ["run: { modul: ./a.js }", "config.yaml:3:25  agents.a.run.modul: unknown key; did you mean module?"],
  [
    "tools: [{ type: function, api_key: k }]",
    "config.yaml:3:44  agents.a.tools.0.api_key: a secret is not allowed here: plans and versions would show it; remove it",
  ],
])("%s", async (fields, message) => {
  expect(await issuesOf(agent(fields))).toEqual([message]);
});

test.each([
  ["run: { module: ./a.js }", (directory: string) => ({ kind: "module", path: `${directory}/a.js` })],
  [
    "run: { command: python agent.py }",
    (directory: string) => ({ kind: "command", command: ["python", "agent.py"], directory }),
  ],
  [
    "run: { command: [python, 'my agent.py'] }",
    (directory: string) => ({ kind: "command", command: ["python", "my agent.py"], directory }),
  ],
  ["run: { http: 'http://localhost:1/a' }", () => ({ kind: "http", url: "http://localhost:1/a" })],
])("%s, in long form", async (fields, expected) => {
  const config = await readText(agent(fields));
  expect(config.agents["a"]?.run).toEqual(expected(config.directory));
});

test("tool schemas are passed through unchanged", async () => {
  const config = await readText(
    agent("tools: [{ type: function, function: { name: f, parameters: { env: X } } }, { name: dao }]"),
  );
  expect(config.agents["a"]?.tools).toEqual([
    { type: "function", function: { name: "f", parameters: { env: "X" } } },
  ]);
  expect(config.warnings).toEqual([
    { line: 3, column: 93, message: "agents.a.tools.1: dao-ai tools cannot run here; this one is ignored" },
  ]);
});
