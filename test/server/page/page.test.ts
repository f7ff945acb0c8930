import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { openRunStore } from "../../../src/run/store/run-store.ts";
import { type ServerWorld, startServer } from "../../support/server-world.ts";

const worlds: ServerWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map(({ server }) => server.close(0)));
});

const script = "<script>alert(1)</script>";

async function open(given: Parameters<typeof startServer>[0] = {}): Promise<ServerWorld> {
  const registry = createMemoryRegistry();
  const model = { model: "gpt-4o" };
  const draft = { path: "main/default/x y", model, templateLanguage: "default" as const };
  await registry.upsert({ ...draft, template: `Answer {{text}} ${script}`, versionName: "first" });
  await registry.upsert({ ...draft, template: "Answer {{text}} in one word." });
  await registry.deploy("main/default/x y@2", "staging", { note: `because ${script}` });
  const world = await startServer({ services: { registry }, ...given });
  worlds.push(world);
  return world;
}

describe("the page", () => {
  test("lists prompts with their environments, and finds them", async () => {
    const { send } = await open();
    expect(await send("GET", "/?q=x")).toMatchObject({
      status: 302,
      headers: { location: "/ui/prompts?q=x" },
    });
    const { status, text, headers } = await send("GET", "/ui/prompts");
    expect(status).toBe(200);
    expect(headers["content-type"]).toContain("text/html");
    expect(text).toContain('<a href="/ui/prompts/main/default/x%20y">main/default/x y</a>');
    expect(text).toContain("production 1");
    expect(text).toContain("staging 2");
    expect((await send("GET", "/ui/prompts?q=DEFAULT")).text).toContain("x%20y");
    expect((await send("GET", "/ui/prompts?q=nothing")).text).toContain("No prompt matches");
  });

  test("shows versions, their diff and the deployments with their authors", async () => {
    const { send } = await open();
    const { text } = await send("GET", "/ui/prompts/main/default/x%20y");
    expect(text).toContain('<h2 id="h-ver">Version 2 ');
    expect(text).toContain('<li class="add">');
    expect(text).toMatch(/staging<\/span> <\/td><td>nothing → <a href="[^"]+version=2">2</);
    const first = await send("GET", "/ui/prompts/main/default/x%20y?version=1");
    expect(first.text).toContain('<h2 id="h-ver">Version 1 ');
    expect(first.text).not.toContain('<li class="add">');
    const turned = await send("GET", "/ui/prompts/main/default/x%20y?version=1&against=2");
    expect(turned.text).toContain("Against version 2: ");
  });

  test("shows traces with their feedback", async () => {
    const { send, traces } = await open();
    traces.append({
      traceId: "t 1",
      prompt: { path: "main/default/x y", version: 2 },
      inputs: { text: script },
      messages: [{ role: "user", content: `Answer ${script}` }],
      output: `no ${script}`,
      model: "gpt-4o",
      startedAt: "2026-11-20T10:00:00.000Z",
      feedback: [{ rating: 0.2, betterResponse: `better ${script}`, at: "2026-11-20T11:00:00.000Z" }],
    });
    const list = await send("GET", "/ui/traces");
    expect(list.text).toContain('<a href="/ui/traces?trace=t+1#trace">x y</a>');
    expect(list.text).toContain("0.2");
    const { text, status } = await send("GET", "/ui/traces/t%201");
    expect(status).toBe(200);
    expect(text).toContain("better &lt;script&gt;");
    expect(text).toContain("main/default/x y 2</a>");
  });

  test("lists runs and shows the report of each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dao-opt-page-"));
    writeFileSync(join(folder, "report.html"), "<!doctype html><p>the report</p>");
    const result = {
      status: "completed",
      seconds: 1,
      calls: 7,
      usd: null,
      improved: 1,
      optimizations: 2,
    } as const;
    const run = {
      run: "r_1",
      path: folder,
      config: "config.yaml",
      startedAt: "2026-11-20T10:00:00.000Z",
      running: null,
      result,
    };
    const { send } = await open({
      services: {
        runs: {
          ...openRunStore(folder),
          listPart: async () => ({ runs: [run], total: 1 }),
          processOf: async () => undefined,
          find: async () => ({ run: "r_1", path: folder, file: (name) => join(folder, name) }),
        },
      },
    });
    const { text } = await send("GET", "/ui/runs");
    expect(text).toContain('<a href="/ui/runs/r_1">r_1</a>');
    expect(text).toContain("1 of 2");
    expect((await send("GET", "/ui/runs/r_1")).text).toContain("the report");
  });

  test("shows the progress of a running run, and how to resume an interrupted one", async () => {
    const state = mkdtempSync(join(tmpdir(), "dao-opt-page-"));
    const folder = join(state, "runs", "r_1");
    mkdirSync(folder, { recursive: true });
    const plan = { run: "r_1", started_at: "2026-11-20T10:00:00.000Z", config_path: "../my config.yaml" };
    writeFileSync(
      join(folder, "plan.json"),
      JSON.stringify({ ...plan, config: "config.yaml", optimizations: [] }),
    );
    const event = (value: object) =>
      `${JSON.stringify({ at: "2026-11-20T10:00:00.000Z", run: "r_1", optimization: "<b>first", event: value })}\n`;
    writeFileSync(
      join(folder, "events.jsonl"),
      `${event({ type: "phase-started", phase: "search" })}${event({ type: "step-started", step: 3, of: 8 })}{"at": "torn`,
    );
    let isAlive = true;
    const { send } = await open({
      services: { runs: openRunStore(state, { isProcessAlive: () => isAlive }) },
    });
    writeFileSync(join(folder, "lock.1"), "4711");
    expect((await send("GET", "/ui/runs")).text).toContain('<span class="st live">running</span>');
    const shown = await send("GET", "/ui/runs/r_1");
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('<span class="st live">Running</span>');
    expect(shown.text).toContain("Search, step 3 of 8");
    expect(shown.text).toContain("&lt;b&gt;first");
    isAlive = false;
    expect((await send("GET", "/ui/runs")).text).toContain('<span class="st no">interrupted</span>');
    const ended = await send("GET", "/ui/runs/r_1");
    expect(ended.status).toBe(200);
    expect(ended.text).toContain("Every paid answer is kept. Continue with");
    expect(ended.text).toContain(
      `dao-opt run &#39;${join(state, "../my config.yaml")}&#39; --resume r_1 --state ${state}`,
    );
  });

  test("escapes scripts in templates, traces and notes, and blocks scripts by policy", async () => {
    const { send } = await open();
    for (const path of [
      "/ui/prompts",
      "/ui/prompts/main/default/x%20y?version=1",
      "/ui/prompts/main/default/x%20y",
    ]) {
      const { text, headers } = await send("GET", path);
      expect(text.match(/<script[^>]*>/g)).toEqual([expect.stringMatching(/^<script src="\/ui\/assets\//)]);
      expect(text).not.toMatch(/<style| style=| on\w+=/);
      const policy = headers["content-security-policy"];
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
    const { text } = await send("GET", `/ui/prompts?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(text).not.toContain("<script>");
  });

  test("a missing item is an error page; with keys, a browser is prompted for one", async () => {
    const { send } = await open();
    expect(await send("GET", "/ui/prompts/no/such")).toMatchObject({
      status: 404,
      text: expect.stringContaining("Not found"),
    });
    expect((await send("GET", "/ui/traces/none")).status).toBe(404);
    expect((await send("GET", "/ui/prompts/..%2F..%2Fetc")).status).toBe(400);
    const guarded = await open({ apiKeys: [{ value: "secret-key", isReadOnly: true }] });
    const refused = await guarded.send("GET", "/ui/prompts");
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toContain("Basic");
    const authorization = `Basic ${Buffer.from("me:secret-key").toString("base64")}`;
    expect((await guarded.send("GET", "/ui/prompts", { headers: { authorization } })).status).toBe(200);
  });
});
