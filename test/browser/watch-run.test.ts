import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { createProcessCheck } from "../../src/disk/process-mark.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openRunStore } from "../../src/run/store/run-store.ts";
import { createHttpProject, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { type ServerWorld, startServer } from "../support/server-world.ts";
import { startCli } from "../support/spawn-cli.ts";
import { openPage, screenshot, startChromium } from "./support/chromium.ts";
import { axeFindings, shownTexts, sidewaysScroll } from "./support/page-checks.ts";

let browser: Browser;
let models: LoopbackOpenAI;
let project: HttpProject;
let world: ServerWorld;
beforeAll(async () => {
  [browser, models] = await Promise.all([
    startChromium(),
    startLoopbackOpenAI({ answer: offlineAnswer, latency: { fixedMs: 60 } }),
  ]);
  project = createHttpProject({
    baseUrl: models.baseUrl,
    rows: 80,
    optimization: { num_candidates: 4, max_steps: 6, budget: { calls: 2500 } },
  });
  const isProcessAlive = createProcessCheck((pid, signal) => process.kill(pid, signal));
  const state = join(project.directory, ".dao-opt");
  world = await startServer({
    services: {
      runs: openRunStore(state, { isProcessAlive }),
      interruptProcess: (pid) => process.kill(pid, "SIGINT"),
      registry: openRegistry(join(project.directory, "prompts")),
      datasets: openDatasetStore({ folder: join(state, "datasets") }),
    },
  });
});
afterAll(async () => {
  await browser?.close();
  await world?.server.close(0);
  await models?.close();
});
afterEach(async () => {
  for (const page of (await browser.pages()).slice(1)) await page.close();
});

const run = (...args: string[]) =>
  startCli(["run", "config.yaml", "--no-cache", "-j", "2", ...args], { cwd: project.directory });

test("a run is watched: it starts, is killed, is resumed and finishes, in one page", async () => {
  const first = run();
  await models.reached(30);
  const id = project.runs()[0] ?? "";
  const address = `${world.address.url}/ui/runs/${id}`;
  const { page, complaints } = await openPage(browser, address);
  expect(await shownTexts(page, "#live-state")).toEqual([expect.stringContaining("Running")]);
  const calls = () =>
    page.$eval("#live-figures dl > div:nth-child(2) dd", (one) =>
      Number(one.textContent.replaceAll(",", "")),
    );
  const before = await calls();
  await page.waitForFunction(
    (least) =>
      Number(
        document.querySelector("#live-figures dl > div:nth-child(2) dd")?.textContent?.replaceAll(",", ""),
      ) >
      least + 5,
    {},
    before,
  );
  // The first rewrites, with their fates.
  await page.waitForFunction(() => document.querySelectorAll("#live-rows tr").length >= 3);
  for (const width of [360, 800, 1280])
    for (const scheme of ["light", "dark"] as const) {
      const watched = await openPage(browser, address, { width, scheme });
      expect(await sidewaysScroll(watched.page)).toEqual([]);
      expect(await axeFindings(watched.page)).toEqual([]);
      await screenshot(watched.page, `run-live-${width}-${scheme}`);
      await watched.page.close();
    }
  await page.bringToFront();

  first.child.kill("SIGKILL");
  await first.result;
  await page.waitForFunction(() => document.body.textContent.includes("The run has stopped."));
  expect(await shownTexts(page, "#live-note")).toEqual([expect.stringContaining(`--resume ${id}`)]);
  expect(await axeFindings(page)).toEqual([]);
  await screenshot(page, "run-stopped-1280-light");
  const plain = await openPage(browser, address, { scripts: false });
  expect(await shownTexts(plain.page, "#live-note")).toEqual([expect.stringContaining("has stopped")]);
  expect(await shownTexts(plain.page, ".no-js")).toEqual([expect.stringContaining("reload it")]);
  await plain.page.close();
  await page.bringToFront();

  const second = run("--resume", id);
  await page.waitForFunction(() => document.querySelector("#live-state .live") !== null);
  await page.waitForFunction(() => document.querySelector("#live-note")?.textContent === "");
  expect((await second.result).exitCode).toBe(0);
  await page.waitForFunction(() => document.querySelector("#rows table") !== null);
  expect(page.url()).toBe(address);
  expect(await shownTexts(page, "h1")).toEqual([expect.stringMatching(/better|No proven|worse/)]);
  expect(complaints).toEqual([]);
});

test("a run is stopped from its page, which then shows what it found", async () => {
  const running = run("--seed", "3", "-j", "1");
  await models.reached(models.count + 3);
  const id = project.runs()[0] ?? "";
  const { page } = await openPage(browser, `${world.address.url}/ui/runs/${id}`);
  await Promise.all([page.waitForNavigation(), page.click("::-p-text(Stop run…)")]);
  await Promise.all([page.waitForNavigation(), page.click("form button.main")]);
  expect((await running.result).exitCode).not.toBe(0);
  await page.waitForFunction(() => document.body.textContent.includes("The run was interrupted."));
  expect(await shownTexts(page, "#resume")).toEqual([expect.stringContaining(`--resume ${id}`)]);
});

test("streams end with their page and with the server, and are bounded", async () => {
  const running = run();
  const known = models.count;
  await models.reached(known + 10);
  const id = project.runs()[0] ?? "";
  const { page } = await openPage(browser, `${world.address.url}/ui/runs/${id}`);
  await page.waitForFunction(() => document.querySelector("#live-figures") !== null);
  await page.goto("about:blank");
  await wait(100);
  const started = performance.now();
  const opened = await openPage(browser, `${world.address.url}/ui/runs/${id}`);
  await wait(500);
  await world.server.close(20_000);
  expect(performance.now() - started).toBeLessThan(15_000);
  await opened.page.waitForFunction(() =>
    document.querySelector("#live-lost")?.textContent?.startsWith("Connection lost"),
  );
  await screenshot(opened.page, "run-lost-1280-light");
  running.child.kill("SIGKILL");
  await running.result;
});
