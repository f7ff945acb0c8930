import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openRunStore, type RunStore } from "../../../src/run/store/run-store.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";

const plan = { format: 1, rules: 2, digest: "d", config: "a.yaml", models: {}, optimizations: [] } as const;
let state: string;
let runStore: RunStore;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "dao-opt-runs-"));
  runStore = openRunStore(state);
});
const create = (ms: number, config = "a.yaml") =>
  runStore.create({ ...plan, config }, { configPath: join(state, config), now: new Date(ms), salt: "zzzz" });

describe("run folders", () => {
  test("are listed newest first, with their results; an interrupted one has none", async () => {
    const first = await create(1);
    await create(2);
    await runStore.writeRecord(
      first,
      runRecord([optimizationRecord({ status: "improved" }), optimizationRecord({ status: "failed" })]),
    );
    mkdirSync(join(state, "runs", "r_torn"));
    expect(await runStore.list()).toEqual([
      {
        run: "r_19700101-000000002-zzzz",
        path: expect.any(String),
        config: "a.yaml",
        startedAt: "1970-01-01T00:00:00.002Z",
        running: null,
        result: null,
      },
      {
        run: "r_19700101-000000001-zzzz",
        path: first.path,
        config: "a.yaml",
        startedAt: "1970-01-01T00:00:00.001Z",
        running: null,
        result: { status: "completed", seconds: 12.34, calls: 20, usd: null, improved: 1, optimizations: 2 },
      },
    ]);
  });

  test("the newest run of a config is found even if the state folder moved with it", async () => {
    await create(1);
    await create(3, "b.yaml");
    const wanted = await create(2);
    expect(await runStore.newestOf(join(state, "a.yaml"))).toMatchObject({ run: wanted.run });
    expect(await runStore.newestOf(join(state, "c.yaml"))).toBeUndefined();
  });

  test("are found by a unique prefix, and listed for an ambiguous one", async () => {
    await create(1);
    await create(2);
    expect((await runStore.find("r_19700101-000000002")).run).toBe("r_19700101-000000002-zzzz");
    await expect(runStore.find("r_1970")).rejects.toMatchObject({
      message: 'no run named "r_1970"',
      hint: "did you mean r_19700101-000000002-zzzz or r_19700101-000000001-zzzz?",
    });
    await expect(openRunStore(join(state, "none")).find("x")).rejects.toMatchObject({
      hint: "`dao-opt runs list` shows the runs of this state folder",
    });
  });

  test("files are replaced atomically", async () => {
    const folder = await create(1);
    await runStore.write(folder, "report.html", "one");
    await runStore.write(folder, "report.html", "two");
    expect(readdirSync(folder.path).sort()).toEqual(["plan.json", "report.html"]);
  });

  test("a damaged record is reported by its file, with a hint", async () => {
    const folder = await create(1);
    writeFileSync(folder.file("record.json"), "{");
    await expect(runStore.readRecord(folder)).rejects.toMatchObject({
      message: `${folder.file("record.json")} is not valid JSON`,
      hint: "it was changed by hand or damaged; `--resume` can rebuild it from the journal",
    });
  });
});
