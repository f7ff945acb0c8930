import { writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { guardScorer } from "../../src/scorers/guard.ts";
import { labWorld, rows } from "../support/lab-world.ts";
import { createWorldProject, type WorldProject } from "../support/world-project.ts";

// Some rows start a process each, which is slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const servers: Server[] = [];
// Tests run in parallel here: servers are closed only after all of them.
afterAll(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Two rows, or all of them. */
const few = "/^row [78] says/";
const all = "/^row/";

interface UserCode {
  readonly name: string;
  readonly cause: RegExp;
  /** Installs the code in the project, faulty on the matching rows. */
  install(project: WorldProject, rows: string): Promise<void> | void;
}

const scorer = (name: string, body: string, cause: RegExp): UserCode => ({
  name: `a scorer that ${name}`,
  cause,
  install(project, faulty) {
    const source = `export default { create: () => ({ score({ example, output }) {
      if (${faulty}.test(example.inputs.text)) { ${body} }
      return { value: output === example.expected ? 1 : 0 };
    } }) };`;
    writeFileSync(join(project.directory, "mine.js"), source);
    change(project, { scorers: [{ use: "./mine.js" }] });
  },
});

const noScore = /scorer mine returned no score from 0 to 1: /;
const scorers: readonly UserCode[] = [
  scorer("throws", 'throw new Error("no dictionary");', /scorer mine threw: no dictionary/),
  scorer("rejects", 'return Promise.reject(new Error("later"));', /scorer mine threw: later/),
  scorer("rejects with a text", 'return Promise.reject("a text");', /scorer mine threw: a text/),
  scorer("rejects with nothing", "return Promise.reject();", /scorer mine threw: undefined/),
  scorer(
    "rejects with an object that has no text",
    "return Promise.reject(Object.create(null));",
    /scorer mine threw: an error that cannot be printed/,
  ),
  scorer("gives NaN", "return { value: NaN };", noScore),
  scorer("gives Infinity", "return { value: Infinity };", noScore),
  scorer("gives 1.5", "return { value: 1.5 };", noScore),
  scorer("gives -1", "return Promise.resolve({ value: -1 });", noScore),
  scorer("gives undefined", "return undefined;", noScore),
  scorer("gives a bare number", "return 1;", noScore),
  scorer("gives a text", 'return { value: "1" };', noScore),
  scorer(
    "gives a value that throws when read",
    'return { get value() { throw new Error("gone"); } };',
    /gone/,
  ),
  scorer(
    "calls a judge it did not declare",
    "return arguments[0].judge.complete({ messages: [] });",
    /called the judge/,
  ),
];

// Expression for the right answer in a program or module.
const right = "inputs.text.split(' ').at(-1)";

const moduleAgent = (name: string, body: string, cause: RegExp): UserCode => ({
  name: `a module that ${name}`,
  cause,
  install(project, faulty) {
    const source = `export default async ({ inputs, prompts }) => {
      if (${faulty}.test(inputs.text)) { ${body} }
      return JSON.stringify(prompts).includes("0.95") ? ${right} : "wrong";
    };`;
    writeFileSync(join(project.directory, "agent.js"), source);
    runBy(project, { module: "./agent.js" }, cause);
  },
});

const commandAgent = (name: string, body: string, cause: RegExp): UserCode => ({
  name: `a command that ${name}`,
  cause,
  install(project, faulty) {
    const source = `let text = ""; process.stdin.on("data", (chunk) => { text += chunk; }).on("end", () => {
      const { inputs, prompts } = JSON.parse(text);
      if (${faulty}.test(inputs.text)) { ${body} }
      console.log(JSON.stringify(prompts).includes("0.95") ? ${right} : "wrong");
    });`;
    writeFileSync(join(project.directory, "agent.cjs"), source);
    runBy(project, { command: [process.execPath, "agent.cjs"] }, cause);
  },
});

const httpAgent = (name: string, fail: (response: ServerResponse) => unknown, cause: RegExp): UserCode => ({
  name: `a URL that ${name}`,
  cause,
  async install(project, faulty) {
    const pattern = new RegExp(faulty.slice(1, -1));
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        const { inputs, prompts } = JSON.parse(text);
        if (pattern.test(inputs.text)) fail(response);
        else response.end(JSON.stringify(prompts).includes("0.95") ? inputs.text.split(" ").at(-1) : "wrong");
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    runBy(project, { http: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, cause);
  },
});

const noText = /returned .* instead of a string/;
const late = /did not answer within 5 s/;
const agents: readonly UserCode[] = [
  moduleAgent("throws", 'throw new Error("no database");', /agent agent\.js threw: no database/),
  moduleAgent("rejects with nothing", "return Promise.reject();", /agent agent\.js threw: undefined/),
  moduleAgent(
    "rejects with an object that has no text",
    "throw Object.create(null);",
    /agent agent\.js threw: an error that cannot be printed/,
  ),
  moduleAgent("hangs", "return new Promise(() => {});", late),
  moduleAgent("gives NaN", "return NaN;", noText),
  moduleAgent("gives undefined", "return undefined;", noText),
  moduleAgent("gives a number", "return 7;", noText),
  moduleAgent("gives an object that is no answer", "return { answer: 1 };", /returned an unusable object/),
  commandAgent(
    "exits with 3",
    'console.error("no licence"); process.exit(3);',
    /failed \(exit status 3\): no licence/,
  ),
  commandAgent("kills itself", 'process.kill(process.pid, "SIGKILL");', /failed \(ended by SIGKILL\)/),
  commandAgent("throws", 'throw new Error("uncaught");', /failed \(exit status 1\)/),
  commandAgent("hangs", "return setInterval(() => {}, 1000);", late),
  httpAgent(
    "answers 500",
    (response) => response.writeHead(500).end("no database"),
    /returned 500: no database/,
  ),
  httpAgent("hangs up", (response) => response.socket?.destroy(), /could not be reached/),
  httpAgent(
    "breaks off",
    (response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.socket?.destroy());
    },
    /could not be reached/,
  ),
  httpAgent("hangs", () => undefined, late),
];

function change(project: WorldProject, fields: object): void {
  Object.assign(project.config.optimizations.prompt_optimizations["x"] ?? {}, fields);
  project.save();
}

/** A short timeout only for that fault: otherwise a busy machine would look like one. */
function runBy(project: WorldProject, run: object, cause: RegExp): void {
  Object.assign(project.config.agents["a"] ?? {}, { run });
  Object.assign(project.config.resources.llms["small"] ?? {}, { timeout_seconds: cause === late ? 5 : 120 });
  project.save();
}

describe("some rows fail with their cause, without a crash", () => {
  test.concurrent.each([...scorers, ...agents])("$name", async ({ cause, install }) => {
    // Few rows, because some start a process each.
    const project = createWorldProject({ rows: 30 });
    await install(project, few);
    const { exitCode, json, stderr } = await project.run(["--json", "-v", "-j", "8"]);
    expect(exitCode, stderr).toBe(0);
    expect(runOutputSchema.parse(json).optimizations[0]?.status).toBe("improved");
    const failed = stderr.split("\n").filter((line) => /row \S+ failed: /.test(line));
    expect(failed.length, stderr).toBeGreaterThan(0);
    for (const line of failed) expect(line).toMatch(cause);
  });
});

describe("too many failures fail the run with the cause", () => {
  test.concurrent.each([...scorers, ...agents])("$name", async ({ cause, install }) => {
    const project = createWorldProject({ rows: 20 });
    await install(project, all);
    const { exitCode, json } = await project.run(["--json", "-j", "8"]);
    expect(exitCode).toBe(1);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one).toMatchObject({ status: "failed", optimized: null, error: { code: "optimization_failed" } });
    expect(one?.error?.message).toMatch(
      /^(\d+) of \1 rows failed, above max_error_rate 0\.2; most frequent /,
    );
    expect(one?.error?.message).toMatch(cause);
  });
});

test("a command that prints garbage gives a wrong answer", async () => {
  const project = createWorldProject();
  await commandAgent(
    "prints garbage",
    "return process.stdout.write(Buffer.from([0, 255, 123, 34, 10]));",
    /./,
  ).install(project, few);
  const { exitCode, stderr } = await project.run(["--json", "-v"]);
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("failed: ");
});

test("a hanging scorer ends at its time limit, and its rows fail", async () => {
  const scorer = guardScorer(
    "mine",
    {
      judgeCalls: { usual: 0, most: 0 },
      score: ({ example }) =>
        example.id === "row-3" ? new Promise<never>(() => {}) : Promise.resolve({ value: 1 }),
    },
    { timeoutMs: 20 },
  );
  const { lab, draft } = labWorld({ scorer });
  const { outcomes, mean } = await lab.evaluate(draft("Say yes to {{text}}"), rows(10));
  expect(mean).toBe(1);
  expect(outcomes.filter(({ error }) => error !== undefined)).toMatchObject([
    {
      example: { id: "row-3" },
      output: "yes",
      error: {
        code: "scorer_failed",
        message: expect.stringMatching(/scorer mine returned no score within 0\.02 s$/),
      },
    },
  ]);
});

test("a Jinja template stopped on three rows is not rendered for the others", async () => {
  const forEver = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
  const project = createWorldProject({ rows: 24, texts: [] });
  project.config.prompts["p"] = {
    template_language: "jinja",
    default_template: `{% if 'row 0 ' not in text %}${forEver}{% endif %}{{ text }}`,
  };
  project.save();
  const { exitCode, stdout } = await project.run(["--json"]);
  expect(exitCode).toBe(1);
  const [one] = runOutputSchema.parse(JSON.parse(stdout)).optimizations;
  const stopped = (one?.failures ?? []).filter(({ message }) => message.includes("was stopped"));
  const [early, late] = [false, true].map((isLate) =>
    stopped.filter(({ message }) => message.includes("after 3 such rows") === isLate),
  );
  expect(early).toMatchObject([{ count: 3, code: "usage_invalid" }]);
  expect(late).toMatchObject([{ code: "usage_invalid" }]);
  expect(project.world.calls.length).toBeLessThanOrEqual(1);
});
