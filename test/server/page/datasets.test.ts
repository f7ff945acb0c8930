import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DatasetConfig } from "../../../src/config/config.ts";
import type { DatasetRecord, DatasetStore } from "../../../src/contracts/dataset-store.ts";
import {
  alertOf,
  fieldsOf,
  openPageBrowser,
  type PageBrowser,
  statusOf,
} from "../../support/page-browser.ts";
import { type PromptSamples, servePromptSamples } from "../../support/served-prompts.ts";

let world: PromptSamples;
let browser: PageBrowser;
const folder = mkdtempSync(join(tmpdir(), "dao-opt-page-data-"));
beforeEach(async () => {
  world = await servePromptSamples();
  browser = openPageBrowser(world);
});
afterEach(() => world.close());

const rowAddress = async (dataset: string, text: string) => {
  const page = await browser.get(`/ui/datasets/${dataset}?q=${encodeURIComponent(text)}`);
  return (
    /<th scope="row" class="wide"><a href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&") ?? ""
  );
};

async function recordOf(
  datasets: DatasetStore,
  name: string,
  text: string,
): Promise<DatasetRecord | undefined> {
  for await (const record of datasets.records(name)) if (record.inputs["text"] === text) return record;
  return undefined;
}

describe("rows", () => {
  test("are listed by page, and filtered by their texts and their answers", async () => {
    const list = await browser.get("/ui/datasets");
    expect(list.text).toContain('<a href="/ui/datasets/reviews">reviews</a>');
    expect(list.text).toContain('<td class="num" data-l="rows">60</td>');
    expect(list.text).toContain('<a href="/ui/datasets/inline_rows?from=config">');
    const rows = async (query: string) =>
      ((await browser.get(`/ui/datasets/reviews?${query}`)).text.match(/<tr id="r-/g) ?? []).length;
    expect(await rows("")).toBe(50);
    expect(await rows("page=2")).toBe(10);
    expect(await rows("q=NUMBER+35.")).toBe(1);
    expect(await rows("answer=output")).toBe(20);
    expect(await rows("answer=none")).toBe(0);
    expect((await browser.get("/ui/datasets/revews")).text).toContain("Did you mean reviews?");
  });

  test("of the config are shown, and not edited", async () => {
    const { text } = await browser.get("/ui/datasets/inline_rows?from=config");
    expect(text).toContain("Fine.");
    const row = await browser.get(await rowAddress("inline_rows", "Bad."));
    expect(row.text).toContain("negative");
    expect(row.text).not.toContain("<form");
    expect(row.text).toContain("This row is read only.");
    expect(row.text).toContain('href="/ui/datasets/inline_rows?from=config&amp;copy=1#copy"');
  });

  test("are counted, and columns without any value are left out", async () => {
    const list = await browser.get("/ui/datasets");
    expect(list.text).toMatch(/inline_rows<\/a>.*?<td class="num" data-l="rows">2<\/td>/s);
    const { text } = await browser.get("/ui/datasets/inline_rows?from=config");
    expect(text).toContain(">Rows (2)</a>");
    expect(text).not.toMatch(/Recorded answer<|Rating<|Source</);
    const { text: reviews } = await browser.get("/ui/datasets/reviews");
    expect(reviews).toContain(">Rows (60)</a>");
    expect(reviews).toMatch(/Recorded answer<.*Rating<.*Source</s);
  });

  test("of files in any format are shown, with their parts and what is wrong with them", async () => {
    const [train, test_] = [join(folder, "train.csv"), join(folder, "test.csv")];
    writeFileSync(train, "text,label\nOne,a\nTwo,b\n");
    writeFileSync(test_, "text,label\nTwo,b\n");
    const spec = { name: "parts", onBadRow: "fail", expected: "label" } as const;
    const split = { seed: 0, isGiven: true };
    const parts: DatasetConfig = {
      key: "parts",
      split,
      spec: { ...spec, source: { kind: "parts", train, validation: test_, test: join(folder, "none.csv") } },
    };
    const mlflow: DatasetConfig = {
      key: "far",
      split,
      spec: { ...spec, source: { kind: "mlflow", reference: { name: "x" } } },
    };
    const other = await servePromptSamples({
      services: { project: { prompts: {}, datasets: { parts, far: mlflow } } },
    });
    const { get } = openPageBrowser(other);
    const { text } = await get("/ui/datasets/parts?part=validation");
    expect(text).toContain("Two");
    expect(text).not.toContain(">One<");
    expect(alertOf((await get("/ui/datasets/parts")).text)).toContain("none.csv");
    expect(alertOf((await get("/ui/datasets/far")).text)).toContain(
      "The rows of far are in MLflow, and no copy of them is on this machine.",
    );
    expect((await get("/ui/datasets/far?view=stats")).status).toBe(200);
    await other.close();
    rmSync(folder, { recursive: true });
  });
});

describe("an expected answer", () => {
  const text = "The battery died after two days.";

  test("is saved in the stored row, and everything else of it stays", async () => {
    const before = await recordOf(world.datasets, "reviews", text);
    const done = await browser.submitted(await rowAddress("reviews", text), "expect", {
      expected: "negative\nfor sure",
      facts: "it died\n\ntwo days",
    });
    expect(statusOf(done.text)).toBe("The expected answer was saved.");
    expect(await recordOf(world.datasets, "reviews", text)).toEqual({
      ...before,
      expectations: { expected_response: "negative\nfor sure", expected_facts: ["it died", "two days"] },
    });
    const same = await browser.submitted(await rowAddress("reviews", text), "expect");
    expect(statusOf(same.text)).toBe("Nothing changed.");
    await browser.submitted(await rowAddress("reviews", text), "expect", { expected: "", facts: "" });
    expect(await recordOf(world.datasets, "reviews", text)).toEqual(before);
  });

  test("is refused if the row changed since it was shown", async () => {
    const address = await rowAddress("reviews", text);
    const { csrf_token: token = "", before = "" } = fieldsOf((await browser.get(address)).text, "expect");
    await browser.submitted(address, "expect", { expected: "first" });
    const late = await browser.submit(address, "expect", { expected: "second", before }, { token });
    expect(late.status).toBe(409);
    expect(alertOf(late.text)).toContain("Somebody else changed this row");
    expect(late.text).toContain("second</textarea>");
    expect(await recordOf(world.datasets, "reviews", text)).toMatchObject({
      expectations: { expected_response: "first" },
    });
  });

  test("that is JSON stays JSON", async () => {
    await world.datasets.merge("typed", [
      { inputs: { text: "x" }, expectations: { expected_response: { label: "a" }, other: 1 } },
    ]);
    const address = await rowAddress("typed", "x");
    expect((await browser.submit(address, "expect", { expected: "b" })).status).toBe(400);
    await browser.submitted(address, "expect", { expected: '{"label": "b"}' });
    expect(await recordOf(world.datasets, "typed", "x")).toMatchObject({
      expectations: { expected_response: { label: "b" }, other: 1 },
    });
  });

  test("of a row that is gone is not saved", async () => {
    const address = "/ui/datasets/reviews/rows/0123456789abcdef";
    expect((await browser.get(address)).status).toBe(404);
    const shown = await rowAddress("reviews", text);
    const { csrf_token: token = "" } = fieldsOf((await browser.get(shown)).text, "expect");
    expect((await browser.submit(address, "expect", { expected: "x" }, { token })).status).toBe(404);
  });
});

describe("a copy of a dataset of the config", () => {
  const page = "/ui/datasets/inline_rows?from=config&copy=1";

  test("can be edited, and says how the config names it", async () => {
    expect((await browser.get("/ui/datasets/inline_rows?from=config")).text).toContain(
      "Copy to an editable dataset…",
    );
    const done = await browser.submitted(page, "copy", { copy_name: "mine" });
    expect(statusOf(done.text)).toBe("2 rows were copied to mine.");
    expect(done.text).toContain("datasets:\n  inline_rows:\n    name: mine</pre>");
    expect(await recordOf(world.datasets, "mine", "Bad.")).toMatchObject({
      inputs: { text: "Bad." },
      expectations: { expected_response: "negative" },
    });
    await browser.submitted(await rowAddress("mine", "Bad."), "expect", { expected: "neutral" });
    expect(await recordOf(world.datasets, "mine", "Bad.")).toMatchObject({
      expectations: { expected_response: "neutral" },
    });
  });

  test("never replaces a dataset, and needs a name that a file can have", async () => {
    const taken = await browser.submit(page, "copy", { copy_name: "reviews" });
    expect(taken.status).toBe(409);
    expect(alertOf(taken.text)).toContain("There is already a dataset reviews.");
    expect((await browser.submit(page, "copy", { copy_name: "../mine" })).status).toBe(400);
    expect((await browser.submit(page, "copy", { copy_name: " " })).status).toBe(400);
    expect(await world.datasets.list()).toEqual(["hostile", "reviews"]);
  });

  test("with its name is told from it at both", async () => {
    await browser.submitted(page, "copy", { copy_name: "inline_rows" });
    const list = await browser.get("/ui/datasets");
    expect(list.text).toContain("Not the dataset of this name in the config");
    expect(list.text).toContain("A collected dataset has this name too");
    const [collected, configured] = await Promise.all(
      ["", "?from=config"].map((query) => browser.get(`/ui/datasets/inline_rows${query}`)),
    );
    expect(collected?.text).toContain("The config has another dataset named inline_rows.");
    expect(configured?.text).toContain("A collected dataset is named inline_rows too.");
  });
});

describe("statistics", () => {
  test("name splits, leaks, answers and near-duplicates with their rows", async () => {
    await world.datasets.merge("leaky", [
      {
        inputs: { text: "The same words, nearly, in both rows of this dataset." },
        outputs: "a",
        tags: { split: "train" },
      },
      {
        inputs: { text: "the same words nearly in both rows of this dataset" },
        outputs: "b",
        tags: { split: "test" },
      },
    ]);
    const { text } = await browser.get("/ui/datasets/leaky?view=stats");
    expect(text).toContain("1 diverse rows");
    expect(text).toMatch(/Nearly repeats<\/th>.*the same words nearly.*The same words, nearly/s);
    const { text: reviews } = await browser.get("/ui/datasets/reviews?view=stats");
    expect(reviews).toContain("No input is in more than one part.");
    expect(reviews).toContain('<th scope="row" class="wide">neutral</th>');
  });
});

describe("an export", () => {
  test("is a file of every format", async () => {
    const { text } = await browser.get("/ui/datasets/reviews");
    const links = [...text.matchAll(/href="(\/ui\/datasets\/reviews\/export[^"]+)"/g)].map(([, one = ""]) =>
      one.replaceAll("&amp;", "&"),
    );
    expect(links).toHaveLength(11);
    for (const address of links) {
      const { status, headers, text: file } = await browser.get(address);
      expect(status, address).toBe(200);
      expect(headers["content-disposition"]).toMatch(/^attachment; filename="reviews\.\w+"$/);
      expect(file, address).toContain("Delivery was quick");
    }
    expect((await browser.get("/ui/datasets/reviews/export?format=exe")).status).toBe(404);
  });

  test("for a spreadsheet has no formulas, and rows of a large one arrive whole", async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => ({
      inputs: { text: `=cmd|${at} ${"x".repeat(100)}` },
      outputs: "a",
    }));
    await world.datasets.merge("large", rows);
    const safe = await browser.get("/ui/datasets/large/export?format=csv&safe=yes");
    expect(safe.text.split("\n")).toHaveLength(rows.length + 2);
    expect(safe.text).not.toMatch(/^"?=cmd/m);
    const plain = await browser.get("/ui/datasets/large/export?format=jsonl");
    expect(plain.text.trimEnd().split("\n")).toHaveLength(rows.length);
  });
});
