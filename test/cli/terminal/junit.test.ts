import { describe, expect, test } from "vitest";
import { renderEvalJunit } from "../../../src/cli/commands/eval/text.ts";
import { renderRunJunit } from "../../../src/cli/commands/run/command.ts";
import { renderJunit } from "../../../src/cli/terminal/junit.ts";
import { optimizationRecord, runRecord } from "../../support/run-records.ts";

describe("JUnit", () => {
  test("a suite has counts, a case has its outcome", () => {
    expect(
      renderJunit("s", [
        { name: "a", className: "c", seconds: 1 },
        { name: "b", className: "c", seconds: 0.5, failure: "no" },
        { name: "d", className: "c", seconds: 0, error: "broke", output: "text" },
        { name: "e", className: "c", seconds: 0, skipped: "later" },
      ]),
    ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="s" tests="4" failures="1" errors="1" skipped="1" time="1.500">
<testcase name="a" classname="c" time="1.000"/>
<testcase name="b" classname="c" time="0.500"><failure message="no"/></testcase>
<testcase name="d" classname="c" time="0.000"><error message="broke"/><system-out>text</system-out></testcase>
<testcase name="e" classname="c" time="0.000"><skipped message="later"/></testcase>
</testsuite>
</testsuites>
`);
  });

  test("hostile text is escaped, and characters XML cannot represent are dropped", () => {
    const xml = renderJunit('<&">', [{ name: "a\u0000\u001b\ud800b\n'", className: "😀]]>", seconds: 0 }]);
    expect(xml).toContain('name="&lt;&amp;&quot;&gt;"');
    expect(xml).toContain(`<testcase name="ab&#10;'" classname="😀]]&gt;"`);
  });

  test("of a run: verdicts rejected by --fail-on are failures", () => {
    const record = runRecord([
      optimizationRecord({ name: "good" }),
      optimizationRecord({ name: "same", status: "no_proven_improvement" }),
      optimizationRecord({
        name: "broken",
        status: "failed",
        over: { error: { code: "x", message: "it broke", hint: null } },
      }),
      optimizationRecord({ name: "later", status: "skipped" }),
    ]);
    const lenient = renderRunJunit(record, { failOn: "regressed" });
    expect(lenient).toContain(
      '<testsuite name="dao-opt run config.yaml" tests="4" failures="0" errors="1" skipped="1" time="49.360">',
    );
    const strict = renderRunJunit(record, { failOn: "no_proven_improvement" });
    expect(strict).toContain(
      '<testcase name="same" classname="config.yaml" time="12.340"><failure message="no proven improvement: the reason"/>',
    );
    expect(strict).toContain('<error message="it broke"/>');
  });

  test("of an evaluation: an abort is the error of the last case", () => {
    const usage = {
      calls: 1,
      cached_calls: 0,
      lost_calls: 0,
      retries: 0,
      estimated: false,
      input_tokens: 1,
      output_tokens: 1,
      usd: null,
    };
    const result = (ref: string) => ({
      ref,
      model: "m",
      score: 0.5,
      interval: null,
      rows: 3,
      failed: 0,
      version: null,
      answers: { empty: 0, refusal: 0, cut_off: 0, filtered: 0, failed: 0 },
      notes: [],
      seconds: 1,
      usage,
      usd_per_call: null,
      latency_ms: null,
    });
    const evaluation = {
      optimization: "x",
      dataset: "d",
      split: "all" as const,
      rows: 3,
      results: [result("base"), result("source")],
    };
    const xml = renderEvalJunit({
      ...evaluation,
      status: "failed",
      exit_code: 1,
      offline: false,
      evaluations: [evaluation],
      error: { code: "optimization_failed", message: "too many failed", hint: null },
    });
    expect(xml).toContain(
      '<testcase name="base" classname="x" time="1.000"><system-out>score 0.500 on 3 rows</system-out></testcase>',
    );
    expect(xml).toContain(
      '<testcase name="source" classname="x" time="1.000"><error message="too many failed"/>',
    );
  });
});
