import { spawn } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error A plain JavaScript file, without declarations.
import { splitWords } from "../../action/command-words.js";
import { repository } from "../support/spawn-cli.ts";
import { createWorkspace, readText, type Workspace } from "../support/workspace.ts";

interface Comment {
  readonly id: number;
  body: string;
}

/** The three calls of GitHub's REST API for comments: list in pages, create, update. */
class CommentServer {
  readonly comments: Comment[] = Array.from({ length: 130 }, (_, id) => ({ id, body: `remark ${id}` }));
  readonly calls: string[] = [];
  status = 200;
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "", "http://x");
    this.calls.push(`${request.method} ${url.pathname} ${request.headers.authorization}`);
    const text = Buffer.concat(chunks).toString("utf8");
    const answer = this.#answer(request.method ?? "", url, text === "" ? "" : JSON.parse(text).body);
    response.writeHead(this.status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  #answer(method: string, url: URL, body: string): unknown {
    if (this.status !== 200) return { message: "Resource not accessible by integration" };
    if (method === "GET") {
      const size = Number(url.searchParams.get("per_page"));
      const first = (Number(url.searchParams.get("page")) - 1) * size;
      return this.comments.slice(first, first + size);
    }
    if (method === "POST") this.comments.push({ id: this.comments.length, body });
    const changed = this.comments[Number(url.pathname.split("/").at(-1))];
    if (method === "PATCH" && changed !== undefined) changed.body = body;
    return { id: 1 };
  }
}

let workspace: Workspace;
let server: CommentServer;
let environment: Record<string, string>;
const project = () => workspace.in("repository/prompts-of-shop");

beforeEach(async () => {
  workspace = await createWorkspace();
  server = new CommentServer();
  await cp(join(repository, "examples/quickstart"), project(), { recursive: true });
  await mkdir(join(project(), "node_modules"));
  await symlink(repository, join(project(), "node_modules/dao-opt"));
  const event = workspace.in("event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
  environment = {
    GITHUB_ACTION_PATH: repository,
    GITHUB_API_URL: await server.start(),
    GITHUB_EVENT_PATH: event,
    GITHUB_OUTPUT: workspace.in("output.txt"),
    GITHUB_REPOSITORY: "shop/prompts",
    GITHUB_STEP_SUMMARY: workspace.in("summary.md"),
    GITHUB_WORKSPACE: workspace.in("repository"),
    RUNNER_TEMP: workspace.in("."),
  };
});

afterEach(async () => {
  server.close();
  await workspace.close();
});

/** Runs the steps of action.yml, with the given inputs and the defaults of the others. */
async function act(inputs: Readonly<Record<string, string>>) {
  const action = parse(await readFile(join(repository, "action.yml"), "utf8"));
  const [step] = action.runs.steps;
  expect(action.runs.steps).toHaveLength(1);
  const known: Record<string, { readonly default: string }> = action.inputs;
  expect(Object.keys(inputs).filter((name) => !(name in known))).toEqual([]);
  const given = (expression: string) => {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? "";
    expect(known).toHaveProperty(name);
    const value = inputs[name] ?? known[name]?.default ?? "";
    return value.includes("github.token") ? "job-token" : value;
  };
  const env = Object.fromEntries(
    Object.entries<string>(step.env).map(([name, expression]) => [name, given(expression)]),
  );
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", step.run], {
    cwd: repository,
    env: { PATH: process.env["PATH"], HOME: workspace.in("."), NO_COLOR: "1", ...environment, ...env },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (log += piece));
  const exitCode = await new Promise<number | null>((done) => child.once("close", done));
  const outputs = await readText(workspace.in("output.txt")).catch(() => "");
  return {
    exitCode,
    log,
    outputs: Object.fromEntries(outputs.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2))),
    summary: await readText(workspace.in("summary.md")).catch(() => ""),
  };
}

describe("the action", () => {
  const here = { "working-directory": "prompts-of-shop" };

  test("runs a config, writes JUnit, summary and outputs, and one comment that later runs update", async () => {
    const first = await act(here);
    expect(first.exitCode, first.log).toBe(0);
    expect(first.outputs).toMatchObject({ "exit-code": "0", status: "improved" });
    const result = JSON.parse(await readText(first.outputs["json"]));
    expect(result).toMatchObject({ run: first.outputs["run"], status: "completed" });
    expect(await readText(first.outputs["junit"])).toContain("<testsuite");
    expect(first.summary).toMatch(/\| optimize\\_sentiment \|.*\+0\.422.*\| improved \(offline\) \|/);
    expect(first.summary.match(/Optimization \|/g)).toHaveLength(1);
    expect(server.comments).toHaveLength(131);
    expect(server.comments[130]?.body).toContain(first.summary);

    const second = await act({ ...here, command: "eval" });
    expect(second.exitCode, second.log).toBe(0);
    expect(server.comments).toHaveLength(132);
    expect(server.comments[131]?.body).toMatch(/\| base \| 2 \| offline\/small \| 0\.7\d\d \|/);

    const third = await act({ ...here, args: "--seed 2" });
    expect(third.exitCode, third.log).toBe(0);
    expect(server.comments).toHaveLength(132);
    expect(server.comments[130]?.body).toContain(third.outputs["run"]);
    expect(new Set(server.calls.map((call) => call.split(" ").slice(2).join(" ")))).toEqual(
      new Set(["Bearer job-token"]),
    );
  });

  test("ends with the command's exit code, and keeps the result if no comment can be written", async () => {
    server.status = 403;
    const { exitCode, log, outputs } = await act({ ...here, args: "--max-calls 20 --no-cache" });
    expect(exitCode).toBe(3);
    expect(outputs["exit-code"]).toBe("3");
    expect(log).toContain("::warning title=dao-opt::no comment was written");
    expect(log).toContain("pull-requests: write");
  });

  test("shows mistakes of a config at their places in the repository", async () => {
    await writeFile(join(project(), "config.yaml"), "optimizations:\n  a: { prompt: nothing }\n");
    const { exitCode, log, outputs, summary } = await act({ ...here, command: "validate" });
    expect(exitCode).toBe(2);
    expect(outputs["status"]).toBe("invalid");
    expect(log).toMatch(/::error file=prompts-of-shop\/config\.yaml,line=2,col=\d+,title=dao-opt::/);
    expect(summary).toContain("error: prompts-of-shop/config.yaml:2".replace("prompts-of-shop/", ""));
  });

  test("writes no comment outside pull requests, nor when comments are switched off", async () => {
    await act({ ...here, command: "validate", comment: "false" });
    await writeFile(workspace.in("event.json"), JSON.stringify({ ref: "refs/heads/main" }));
    const { log } = await act({ ...here, command: "validate" });
    expect(server.calls).toEqual([]);
    expect(log).not.toContain("::warning title=dao-opt::no comment");
  });

  test("refuses unknown commands, unclosed quotes and missing folders", async () => {
    expect((await act({ ...here, command: "registry" })).log).toContain('no command "registry"');
    expect((await act({ ...here, args: '--only "a' })).log).toContain("a quote that is not closed");
    expect((await act({ "working-directory": "gone" })).log).toContain("working-directory does not exist");
    expect((await act({ "working-directory": "gone" })).exitCode).toBe(2);
  });

  test.each([
    ["", []],
    ["--max-cost 2  --only\ta", ["--max-cost", "2", "--only", "a"]],
    [`--only "a b" 'c "d"' e\\ f`, ["--only", "a b", 'c "d"', "e f"]],
    [`--set "x=\\"y\\"" '' $(id)`, ["--set", 'x="y"', "", "$(id)"]],
    ['"open', undefined],
  ])("reads the flags %j as words, and expands nothing", (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });
});
