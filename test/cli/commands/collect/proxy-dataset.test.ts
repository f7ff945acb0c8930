import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { collectRows } from "../../../../src/cli/commands/collect/proxy.ts";
import type { DatasetRecord, DatasetStore } from "../../../../src/contracts/dataset-store.ts";
import type { Trace } from "../../../../src/core/trace.ts";

const trace = (n: number): Trace => ({
  traceId: `tr_${n}`,
  startedAt: "2026-01-01T00:00:00.000Z",
  inputs: { n },
  output: String(n),
});
const clock = { monotonicMs: () => Date.now() };

function world(merge: (records: readonly DatasetRecord[]) => Promise<void>) {
  const merged: number[][] = [];
  const warned: string[] = [];
  const datasets: Pick<DatasetStore, "merge"> = {
    async merge(_, records) {
      const list = records as readonly DatasetRecord[];
      await merge(list);
      merged.push(list.map(({ inputs }) => Number(inputs["n"])));
      return { added: list.length, updated: 0, unchanged: 0, rows: list.length };
    },
  };
  return { merged, warned, rows: collectRows("d", datasets, (text) => warned.push(text), clock) };
}

describe("collectRows", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("merges periodically, and the rest at the end", async () => {
    const { rows, merged } = world(async () => {});
    rows.add(trace(1));
    rows.add({ ...trace(2), error: "failed" });
    rows.add({ ...trace(3), inputs: {} });
    await vi.advanceTimersByTimeAsync(5000);
    rows.add(trace(4));
    await vi.advanceTimersByTimeAsync(5000);
    rows.add(trace(5));
    await rows.close();
    expect(merged).toEqual([[1], [4], [5]]);
    expect(rows.counts).toEqual({ rows: 3, without: 2, lost: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(merged).toHaveLength(3);
  });

  it("merges less often the longer a merge takes", async () => {
    const { rows, merged } = world(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    rows.add(trace(1));
    await vi.advanceTimersByTimeAsync(6000);
    rows.add(trace(2));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(merged).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(merged).toEqual([[1], [2]]);
    const closed = rows.close();
    await vi.advanceTimersByTimeAsync(5000);
    await closed;
  });

  it("keeps rows while the dataset cannot be written, and reports losses at the end", async () => {
    let isFull = true;
    const { rows, merged, warned } = world(async () => {
      if (isFull) throw new Error("no space left");
    });
    rows.add(trace(1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(warned).toEqual(["cannot write the dataset d: no space left"]);
    isFull = false;
    rows.add(trace(2));
    await vi.advanceTimersByTimeAsync(5000);
    expect(merged).toEqual([[1, 2]]);
    isFull = true;
    rows.add(trace(3));
    await rows.close();
    expect(rows.counts).toEqual({ rows: 2, without: 0, lost: 1 });
  });
});
