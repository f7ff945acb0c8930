import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LiveTraceStore } from "../../src/contracts/trace-store.ts";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { type ServerWorld, startServer } from "../support/server-world.ts";
import { repository, spawnCli } from "../support/spawn-cli.ts";
import { openPage, type PageOptions, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, focused, shownTexts, sidewaysScroll } from "./support/page-checks.ts";

/** Runs, traces and a playground over the quickstart: two real runs, a chain, hostile texts. */
let browser: Browser;
let world: ServerWorld;
let traces: LiveTraceStore;
let runs: readonly string[];
const directory = mkdtempSync(join(tmpdir(), "dao-opt-areas-"));
const hostile = `</textarea><script>alert(1)</script><img src=x onerror=alert(1)> " onclick=alert(1) \u202egnp.exe\u200b ${"A".repeat(3000)}`;
const prompt = "main/default/sentiment_classifier";
beforeAll(async () => {
  cpSync(join(repository, "examples/quickstart"), directory, { recursive: true });
  for (const seed of ["42", "7"])
    expect((await spawnCli(["run", "config.yaml", "--seed", seed], { cwd: directory })).exitCode).toBe(0);
  const state = join(directory, ".dao-opt");
  traces = openTraceStore({ folder: join(state, "traces"), keepsIndex: true });
  const datasets = openDatasetStore({ folder: join(state, "datasets") });
  const rows = Array.from({ length: 60 }, (_, at) => ({
    inputs: { text: `a fine day ${at}` },
    expectations: { expected_response: "positive" },
  }));
  await datasets.merge("tweets", [...rows, { inputs: { text: hostile } }]);
  addTraces();
  await traces.flush();
  const runStore = openRunStore(state);
  runs = (await runStore.list()).map(({ run }) => run);
  [browser, world] = await Promise.all([
    startChromium(),
    startServer({
      services: { runs: runStore, traces, datasets, registry: openRegistry(join(directory, "prompts")) },
    }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await world?.server.close(0);
  rmSync(directory, { recursive: true, force: true });
});
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close();
});

function addTraces(): void {
  const at = (ms: number) => new Date(Date.UTC(2026, 10, 20, 10) + ms).toISOString();
  for (let number = 0; number < 12; number++)
    traces.append({
      traceId: `t${number}`,
      prompt: { path: prompt, version: 1 + (number % 2) },
      inputs: { text: `message ${number}` },
      messages: [{ role: "user", content: `Classify: message ${number}` }],
      output: number % 3 === 0 ? "This text is negative." : "positive",
      model: "offline/small",
      provider: "offline",
      startedAt: at(number * 7000),
      latencyMs: 200 + number * 9,
      usage: { inputTokens: 45, outputTokens: 2 },
      ...(number % 4 === 0 ? { feedback: [{ rating: number % 8 === 0 ? 0.2 : 1, at: at(99_000) }] } : {}),
    });
  const chain = { chainId: "019ac2", chatId: "7f3a" };
  traces.append({
    traceId: "root",
    ...chain,
    name: "ticket_triage",
    startedAt: at(100_000),
    latencyMs: 2840,
    output: "It is due on Thursday.",
  });
  traces.append({
    traceId: "lookup",
    ...chain,
    parentId: "root",
    name: "lookup_order",
    startedAt: at(100_200),
    latencyMs: 640,
  });
  traces.append({
    traceId: "draft",
    ...chain,
    parentId: "root",
    name: "draft_reply",
    model: "offline/large",
    messages: [
      { role: "user", content: "Where is my parcel?" },
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "1", name: "lookup_order", arguments: '{"id": 4711}' }],
      },
      { role: "tool", content: '{"status": "shipped"}', toolCallId: "1" },
    ],
    output: "It is due on Thursday.",
    startedAt: at(100_900),
    latencyMs: 1570,
    costUsd: 0.003,
  });
  traces.append({
    traceId: "hostile",
    name: hostile,
    inputs: { __proto__x: hostile, constructor: hostile },
    messages: [{ role: "user", content: hostile }],
    output: hostile,
    error: hostile,
    user: hostile,
    startedAt: at(200_000),
    metadata: { toString: hostile },
  });
}

const open = (path: string, options?: PageOptions) => openPage(browser, world.address.url + path, options);
const submit = async (page: Page, selector: string) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};

describe.each([360, 1280])("at %i px", (width) => {
  test.each(["light", "dark"] as const)("in %s, every page is clean and fits", async (scheme) => {
    const [newest, oldest] = runs;
    const addresses = [
      ["runs", "/ui/runs"],
      ["runs-none", "/ui/runs?status=failed"],
      ["run-done", `/ui/runs/${oldest}`],
      ["run-deploy", `/ui/runs/${oldest}?deploy=1`],
      ["runs-compare", `/ui/runs/compare?a=${oldest}&b=${newest}`],
      ["traces", "/ui/traces"],
      ["traces-split", "/ui/traces?trace=draft"],
      ["traces-mistake", "/ui/traces?since=x"],
      ["trace", "/ui/traces/t3"],
      ["trace-hostile", "/ui/traces/hostile"],
      ["selection", "/ui/traces/selection?all=1"],
      ["playground", "/ui/playground"],
      [
        "playground-row",
        `/ui/playground?prompt=${prompt}&c1=1&c2=2&c3=1&m3=offline/large&dataset=tweets&row=61&rows=30`,
      ],
    ];
    for (const [name = "", path = ""] of addresses) {
      const { page, complaints } = await open(path, { width, scheme });
      expect(await sidewaysScroll(page), path).toEqual([]);
      // The rows of a report are checked in its own suite; axe needs a minute for them.
      if (name !== "run-done") expect(await axeFindings(page), path).toEqual([]);
      expect(
        complaints.filter((one) => !one.includes("400")),
        path,
      ).toEqual([]);
      await screenshot(page, `${name}-${width}-${scheme}`);
      await page.close();
    }
  });
});

test("nothing of a hostile trace runs, wherever it is shown", async () => {
  for (const path of [
    "/ui/traces/hostile",
    "/ui/traces?trace=hostile",
    "/ui/traces/selection?id=hostile",
    "/ui/playground?dataset=tweets&row=61",
    "/ui/traces?user=%3Cscript%3Ealert(1)%3C/script%3E",
  ]) {
    const { page, requests, complaints } = await open(path);
    expect(complaints, path).toEqual([]);
    expect(
      requests.filter((one) => !one.startsWith(`${world.address.url}/ui/assets/`)),
      path,
    ).toEqual([]);
    expect(await page.$$eval("main script, main img, main [onclick]", (found) => found.length), path).toBe(0);
  }
});

describe.each([true, false])("with scripts: %s", (scripts) => {
  test("a finished run is read, and its version deployed with a note", async () => {
    const { page, complaints } = await open(`/ui/runs/${runs[1]}`, { scripts });
    expect(await shownTexts(page, "h1")).toEqual([expect.stringContaining("Version 2 is better")]);
    await submit(page, ".head ::-p-text(Deploy version…)");
    expect(await shownTexts(page, "#deploy .note")).toEqual([
      expect.stringContaining("The gate passed."),
      expect.stringContaining("Offline models answered."),
    ]);
    await page.type("#deploy input[name=note]", "watched on the page");
    await page.$eval("#deploy input[name=environment]", (one) => {
      (one as HTMLInputElement).value = "";
    });
    await page.type("#deploy input[name=environment]", scripts ? "staging" : "canary");
    await submit(page, "#deploy button.main");
    expect(await shownTexts(page, ".note.bad")).toEqual([expect.stringContaining("There is no environment")]);
    expect(await page.$eval("#deploy input[name=note]", (one) => (one as HTMLInputElement).value)).toBe(
      "watched on the page",
    );
    await page.click("#deploy input[name=new]");
    await submit(page, "#deploy button.main");
    expect(await shownTexts(page, ".note.good")).toEqual([expect.stringContaining("now uses version 2 of")]);
    expect(complaints.filter((one) => !one.includes("400"))).toEqual([]);
  });

  test("traces are filtered, rated, corrected, and the next one follows", async () => {
    const { page, complaints } = await open("/ui/traces?trace=t11", { scripts });
    await page.click("label ::-p-text(▼ Bad 0.0)");
    await page.type("textarea[name=better]", "negative");
    await submit(page, "button[value=next]");
    expect(page.url()).toContain("trace=t10");
    expect(await shownTexts(page, ".note.good")).toEqual([expect.stringContaining("Feedback kept")]);
    await page.select("select[name=error]", "yes");
    await page.type("input[name=rating]", "<0.5");
    if (scripts) {
      await page.click(".filters button");
      await page.waitForFunction(() => location.search.includes("error=yes"));
    } else await submit(page, ".filters button");
    await page.waitForFunction(() => document.querySelector("#list .empty") !== null);
    await page.goto(`${world.address.url}/ui/traces/t11`);
    expect((await shownTexts(page, "#feedback .msg")).join()).toContain("negative");
    await submit(page, "#feedback ::-p-text(Take all feedback back)");
    expect(await shownTexts(page, "#feedback .msg")).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("selected traces become rows of a dataset", async () => {
    const { page } = await open("/ui/traces", { scripts });
    await page.click("input[name=id][value=t1]");
    await page.click("input[name=id][value=t2]");
    await submit(page, "::-p-text(Make dataset rows of selected…)");
    expect(await shownTexts(page, "h1")).toEqual(["2 selected traces"]);
    await page.$eval("input[name=dataset]", (one) => {
      (one as HTMLInputElement).value = "";
    });
    const name = scripts ? "with_scripts" : "without_scripts";
    await page.type("input[name=dataset]", name);
    await submit(page, "form button.main");
    expect(page.url()).toBe(`${world.address.url}/ui/datasets/${name}`);
  });

  test("the playground answers side by side, and its address shows the answers again", async () => {
    const { page, complaints } = await open(`/ui/playground?prompt=${prompt}&c1=1&c2=2&scorer=exact_match`, {
      scripts,
    });
    await page.type("textarea[name='i.text']", "What a wonderful day");
    await page.type("textarea[name=expected]", "positive");
    await submit(page, "button[value=add]");
    expect(await page.$eval("textarea[name='i.text']", (one) => (one as HTMLTextAreaElement).value)).toBe(
      "What a wonderful day",
    );
    await submit(page, "button[value=run]");
    await page.waitForFunction(() =>
      document.querySelector("#pg-status")?.textContent?.includes("3 of 3 answered"),
    );
    expect(await shownTexts(page, ".cols .answer")).toHaveLength(3);
    expect(await shownTexts(page, ".cols .ok")).toContain("1");
    await page.reload();
    expect(await shownTexts(page, "#pg-status")).toEqual([expect.stringContaining("Saved as traces")]);
    await submit(page, ".cols ::-p-text(Trace)");
    expect((await shownTexts(page, "main")).join()).toContain("What a wonderful day");
    expect(complaints).toEqual([]);
  });
});

test("the playground fills a table of rows as answers come, and the last state stays", async () => {
  const { page, complaints } = await open(
    `/ui/playground?prompt=${prompt}&c1=1&c2=2&dataset=tweets&rows=30&scorer=label`,
  );
  expect(await shownTexts(page, "label.warn")).toEqual([expect.stringContaining("Make 60 calls")]);
  await page.click("input[name=accept]");
  await submit(page, "button[value=run]");
  await page.waitForFunction(() =>
    document.querySelector("#pg-status")?.textContent?.includes("60 of 60 answered"),
  );
  expect(await page.$$eval("#live-rows tr", (rows) => rows.length)).toBe(30);
  expect(await axeFindings(page)).toEqual([]);
  await screenshot(page, "playground-rows-1280-light");
  expect(complaints).toEqual([]);
});

test("everything is reached by keyboard: a trace is opened, rated and saved", async () => {
  const { page } = await open("/ui/traces?chat=7f3a");
  const tabTo = async (wanted: RegExp) => {
    for (let step = 0; step < 150 && !wanted.test(await focused(page)); step++)
      await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(wanted);
  };
  await tabTo(/^a draft_reply$/);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.focus("#feedback input[name=rating]");
  await page.keyboard.press("Space");
  await tabTo(/^button Save feedback$/);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  expect(await shownTexts(page, ".note.good")).toEqual([expect.stringContaining("Feedback kept")]);
});

test("the playground runs by Ctrl+Enter, and a choice is shown at once", async () => {
  const { page } = await open(`/ui/playground?prompt=${prompt}&c1=1`);
  await Promise.all([page.waitForNavigation(), page.select("select[name=dataset]", "tweets")]);
  expect(await page.$eval("textarea[name='i.text']", (one) => (one as HTMLTextAreaElement).value)).toBe(
    "a fine day 0",
  );
  await page.focus("textarea[name='i.text']");
  await page.keyboard.down("Control");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.keyboard.up("Control");
  await page.waitForFunction(() =>
    document.querySelector("#pg-status")?.textContent?.includes("1 of 1 answered"),
  );
});

test("a run is compared from its page", async () => {
  const { page } = await open(`/ui/runs/${runs[1]}`);
  await submit(page, ".head ::-p-text(Compare…)");
  await submit(page, "#list tbody td:last-child a");
  expect(await shownTexts(page, "h1")).toEqual([expect.stringMatching(/shared held-out rows/)]);
});
