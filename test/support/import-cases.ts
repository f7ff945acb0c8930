import { describe, expect, test } from "vitest";
import { createImportWorld, fixture } from "./import-world.ts";

/** Files of one format and what an import makes of them. */
export interface ImportCase {
  readonly format: string;
  readonly files: readonly string[];
  /** Number of traces and rows read. */
  readonly reads: readonly [traces: number, rows: number];
  readonly traces?: readonly object[];
  readonly rows?: readonly object[];
  /** What is left out, over all files. */
  readonly leftOut?: readonly object[];
}

export function describeImportCases(cases: readonly ImportCase[]): void {
  describe.each(cases)(
    "$format: $files.0",
    ({ format, files, reads, traces = [], rows = [], leftOut = [] }) => {
      test("is detected, read and stored completely, and not added twice", async () => {
        const world = createImportWorld();
        const paths = files.map(fixture);
        const first = await world.imported(...paths, "--dataset", "all");
        expect(new Set(first.files.map((file) => file.format))).toEqual(new Set([format]));
        expect([sum(first.files, "traces"), sum(first.files, "rows")]).toEqual(reads);
        expect(first.problems).toEqual({ count: 0, reasons: [], shown: [] });
        expect(first.left_out).toMatchObject(leftOut as object[]);
        expect(first.left_out).toHaveLength(leftOut.length);
        expect(first.traces).toEqual({ read: reads[0], added: reads[0], known: 0, amended: 0, lost: 0 });
        if (reads[0] > 0) expect(world.traces()).toMatchObject(traces as object[]);
        if (rows.length > 0) expect(world.rows("all")).toMatchObject(rows as object[]);
        expect(first.dataset?.rows).toBe(rows.length);
        const again = await world.imported(...paths, "--dataset", "all");
        expect(again.traces).toEqual({ read: reads[0], added: 0, known: reads[0], amended: 0, lost: 0 });
        expect(again.dataset).toMatchObject({ added: 0, rows: rows.length });
      });
    },
  );
}

function sum(
  files: readonly { readonly traces: number; readonly rows: number }[],
  key: "traces" | "rows",
): number {
  return files.reduce((total, file) => total + file[key], 0);
}
