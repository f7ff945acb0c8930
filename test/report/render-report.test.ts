import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/contracts/run-record.ts";
import type { JsonObject } from "../../src/core/data/json.ts";
import { renderReport } from "../../src/report/render-report.ts";
import { fromRecordJson, toRecordJson } from "../../src/run/record/record-json.ts";
import { optimizationRecord, runRecord } from "../support/run-records.ts";

const answer = (output: string | null, score: number | null, error: string | null = null) => ({
  output,
  score,
  feedback: null,
  error,
});
const row = (example: string, base: number, optimized: number) => ({
  example,
  inputs: { text: `text of ${example}` },
  expected: "yes",
  base: answer("b", base),
  optimized: answer("o", optimized),
});
const text = (html: string) => html.replace(/<style>(.|\n)*?<\/style>/, "").replace(/<[^>]+>/g, "");

describe("report", () => {
  test("shows verdict, scores, spend, and the prompts word by word", () => {
    const html = renderReport(
      runRecord([
        optimizationRecord({
          over: {
            advice: ["collect rows"],
            isOffline: true,
            prompts: [
              {
                key: "p",
                path: "main/p",
                base: { version: 1, uri: "prompts:/main/p/1", template: "Answer in one word." },
                optimized: { version: 2, uri: "prompts:/main/p/2", template: "Answer in two words." },
                best: { template: "Answer in two words.", validation: 0.9 },
              },
            ],
          },
        }),
      ]),
    );
    expect(text(html)).toContain("Improved. the reason");
    expect(html).toContain("<li>collect rows</li>");
    expect(text(html)).toContain(
      "Rule-based offline models answered. The figures do not apply to real models.",
    );
    expect(html).toContain("+0.400 (95 % interval 0.200 to 0.600, p 0.0010)");
    expect(text(html)).toContain("main/p version 1 → 2, prompts:/main/p/2");
    expect(html).toMatch(/<del>one word.*<\/del>|<del>one<\/del>/);
    expect(html).toContain("stopped: max_steps");
  });

  test("shows rows that flipped, the lost ones first", () => {
    const html = renderReport(
      runRecord([
        optimizationRecord({ over: { rows: [row("same", 1, 1), row("won", 0, 1), row("lost", 1, 0)] } }),
      ]),
    );
    expect(text(html)).toContain("1 worse, 1 better, 1 as before, on the held-out rows.");
    expect(html.indexOf("text of lost")).toBeLessThan(html.indexOf("text of won"));
    expect(html).not.toContain("text of same");
  });

  test("shows every candidate with its fate, including rejected ones", () => {
    const candidate = {
      parents: ["c0"],
      texts: { p: "try" },
      step: 1,
      by: "rewrite",
      validation: 0.5,
      validationRows: 3,
      promptTokens: 7,
    };
    const html = renderReport(
      runRecord([
        optimizationRecord({
          over: {
            candidates: [
              { ...candidate, id: "c0", parents: [], status: "seed", reason: null },
              { ...candidate, id: "c1", status: "accepted", reason: null },
              {
                ...candidate,
                id: null,
                status: "rejected",
                reason: "lost {{text}}",
                validation: null,
                validationRows: 0,
                promptTokens: null,
              },
            ],
          },
        }),
      ]),
    );
    expect(html).toContain("<summary>2 candidates proposed</summary>");
    expect(html).toContain("rejected: lost {{text}}");
    expect(html).toContain("<summary>refused</summary>");
  });

  test("an interrupted run is rendered with its partial data", () => {
    const { test: _test, validation: _validation, ...scores } = optimizationRecord().scores;
    const html = renderReport({
      ...runRecord([
        optimizationRecord({
          status: "failed",
          over: {
            scores,
            stopped: "interrupted",
            error: { code: "interrupted", message: "m", hint: "go on with --resume" },
          },
        }),
        optimizationRecord({ status: "skipped", over: { scores } }),
      ]),
      status: "interrupted",
    });
    expect(text(html)).toContain("Failed. the reason");
    expect(text(html)).toContain("go on with --resume");
    expect(html).not.toContain("<h3>Scores</h3>");
  });

  test("hostile text is escaped: it opens no tag, closes none, ends no attribute", () => {
    const hostile = `</pre></td><script>alert(1)</script><img src=x onerror='alert(2)'>" ' & </style>\ud83d`;
    const record = runRecord([
      optimizationRecord({
        name: hostile,
        best: hostile,
        over: {
          reason: hostile,
          advice: [hostile],
          rows: [
            {
              ...row(hostile, 0, 1),
              inputs: { [hostile]: hostile, other: 1 },
              expected: hostile.repeat(20),
              base: answer(null, 0, hostile),
            },
          ],
          candidates: [1, 2].map((step) => ({
            id: hostile,
            parents: [hostile],
            texts: { [hostile]: hostile },
            step,
            by: hostile,
            status: "rejected",
            reason: hostile,
            validation: 1,
            validationRows: 1,
            promptTokens: 1,
          })),
          error: { code: "x", message: hostile, hint: hostile },
        },
      }),
    ]);
    const html = renderReport({ ...record, run: hostile, config: hostile });
    expect(html).not.toMatch(/<script|<img|onerror='/);
    expect(html.match(/<\/pre>/g)).toHaveLength(html.match(/<pre>/g)?.length ?? -1);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text(html)).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  test("from the record on disk it is the same page", () => {
    const record = runRecord([optimizationRecord({ over: { rows: [row("a", 0, 1)] } })]);
    const read = fromRecordJson(
      JSON.parse(JSON.stringify(toRecordJson(record))) as JsonObject,
    ) as unknown as RunRecord;
    expect(renderReport(read)).toBe(renderReport(record));
  });
});
