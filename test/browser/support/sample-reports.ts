import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RowAnswer, RowResult } from "../../../src/contracts/row-result.ts";
import type { CandidateRecord, OptimizationRecord } from "../../../src/contracts/run-record.ts";
import { renderReport } from "../../../src/report/render-report.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";

/** A folder with reports of records that the quickstart does not make. */
export interface SampleReports {
  write(name: string, optimizations: readonly OptimizationRecord[]): string;
  remove(): void;
}

export function createSampleReports(): SampleReports {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-samples-"));
  return {
    write(name, optimizations) {
      const path = join(folder, `${name}.html`);
      writeFileSync(path, renderReport(runRecord(optimizations)));
      return pathToFileURL(path).href;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const hostileText = `</pre></script><script>window.hit = 1</script><img src=x onerror="window.hit = 1"><a href="javascript:window.hit=1">x</a>{{7*7}}\u202Egnp.exe\u0000 ' " & ${"A".repeat(3000)}`;

export function answerOf(
  output: string | null,
  score: number | null,
  over: Partial<RowAnswer> = {},
): RowAnswer {
  return { output, score, feedback: null, error: null, ...over };
}

/** Graded rows of a support task, with parts, feedback, failures and a conversation. */
function gradedRows(): readonly RowResult[] {
  const reply = "Thank you for writing to us. We are sorry that the parcel has not arrived. ".repeat(6);
  const essay =
    "The reply is polite, but it does not name the number of the order, and promises a refund that the rules do not allow. ".repeat(
      4,
    );
  return Array.from({ length: 24 }, (_, at): RowResult => {
    const [before, after] = [(at % 5) / 4, ((at * 3) % 5) / 4];
    const isChat = at % 6 === 0;
    return {
      example: `ticket-${at}`,
      inputs: isChat
        ? {
            messages: [
              { role: "user", content: "Where is my parcel?" },
              { role: "assistant", content: "Which order?" },
              { role: "user", content: `Order ${at}` },
            ],
          }
        : {
            subject: `Parcel ${at} is late`,
            body: "It was due on Monday. ".repeat(at + 1),
            customer: { tier: "gold", orders: [at, at + 1] },
          },
      expected: at % 4 === 0 ? null : "Apologize, name the order, and give a date.",
      base: answerOf(reply, before, { feedback: essay, parts: { tone: 1, facts: before } }),
      optimized:
        at === 3
          ? answerOf(null, null, { error: "the endpoint answered 500: internal error" })
          : at === 7
            ? answerOf("Thank you for", 0, {
                missing: "cut_off",
                feedback: "the answer was cut off by its length limit before it was complete",
              })
            : answerOf(`${reply} Order ${at}.`, after, {
                feedback: after < 1 ? essay : "Complete and polite.",
                parts: { tone: 1, facts: after },
              }),
      source: answerOf(`Order ${at} arrives on Friday.`, 0.75, { parts: { tone: 0.5, facts: 1 } }),
    };
  });
}

/** A lineage deeper than the page draws, with merges. */
export function longLineage(length: number): readonly CandidateRecord[] {
  return Array.from(
    { length },
    (_, at): CandidateRecord => ({
      id: at.toString(16).padStart(12, "0"),
      parents:
        at === 0
          ? []
          : at % 7 === 6
            ? [(at - 1).toString(16).padStart(12, "0"), (at - 2).toString(16).padStart(12, "0")]
            : [(at - 1).toString(16).padStart(12, "0")],
      texts: { p: `Answer the ticket. ${"Be kind and short. ".repeat(at % 4)}\nStep ${at}.` },
      step: at,
      by: at === 0 ? "base" : "reflection",
      status: at === 0 ? "seed" : at % 3 === 0 ? "accepted" : "rejected",
      reason:
        at % 3 === 0
          ? null
          : "validation against its parent: better on 1 and worse on 2 of 32 rows, stopped there",
      validation: Math.min(0.95, 0.3 + at * 0.02),
      validationRows: at % 3 === 0 ? 30 : 12,
      promptTokens: 20 + at,
      calls: 30 + at * 12,
      ...(at % 3 === 0
        ? { validationInterval: [0.2 + at * 0.02, Math.min(1, 0.4 + at * 0.02)] as const }
        : {}),
    }),
  );
}

/** One of each verdict, over two prompts. */
export function everyVerdict(): readonly OptimizationRecord[] {
  const rows = gradedRows();
  const { test, validation } = optimizationRecord().scores;
  if (test === undefined || validation === undefined) throw new Error("the record has no scores");
  const worse = {
    ...test,
    difference: -0.09,
    optimized: 0.41,
    interval: [-0.16, -0.03] as const,
    method: "signflip-bca" as const,
  };
  const unclear = { ...test, difference: 0.03, optimized: 0.53, interval: [-0.02, 0.08] as const };
  const error = {
    code: "model_auth",
    message: "offline/small returned 401 on the first call",
    hint: "check the key in OPENAI_API_KEY, then run the command again",
  };
  const source = {
    score: 0.75,
    parity: 0.93,
    interval: [0.88, 0.99] as const,
    rows: 24,
    usd: 0.0021,
    targetUsd: 0.0002,
    latencyMs: 900,
    targetLatencyMs: 300,
  };
  return [
    optimizationRecord({
      name: "answer_tickets",
      over: {
        rows,
        candidates: longLineage(40),
        phaseCalls: { base: 30, search: 520, total: 600 },
        scores: { validation, test, source },
      },
    }),
    optimizationRecord({
      name: "answer_tickets_short",
      status: "no_proven_improvement",
      over: {
        rows,
        scores: { validation, test: unclear },
        advice: [
          "about 310 more test rows would show whether the gain is real",
          "try another reflection_model or scorer_model",
        ],
        isUnsplit: true,
      },
    }),
    optimizationRecord({
      name: "triage",
      status: "regressed",
      over: { rows, scores: { validation, test: worse }, isOffline: true },
    }),
    optimizationRecord({
      name: "summaries",
      status: "failed",
      over: { scores: {}, error, reason: error.message },
    }),
    optimizationRecord({
      name: "titles",
      status: "skipped",
      over: { scores: {}, reason: "not begun: offline/small returned 401 on the first call" },
    }),
  ];
}
