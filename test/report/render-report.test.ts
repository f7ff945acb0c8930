import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CandidateRecord, OptimizationRecord, RunRecord } from "../../src/contracts/run-record.ts";
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
const candidate: CandidateRecord = {
  id: "c1",
  parents: ["c0"],
  texts: { p: "try" },
  step: 1,
  by: "rewrite",
  status: "accepted",
  reason: null,
  validation: 0.5,
  validationRows: 3,
  promptTokens: 7,
};
const report = (...overs: readonly Partial<OptimizationRecord>[]) =>
  renderReport(runRecord(overs.map((over) => optimizationRecord({ over }))));
const text = (html: string) =>
  html
    .replace(/<(style|script)[^>]*>(.|\n)*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ");

describe("the verdict", () => {
  const prompt = {
    key: "p",
    path: "main/p",
    base: { version: 1, uri: "prompts:/main/p/1", template: "Answer in one word.\nBe kind. {{text}}" },
    optimized: {
      version: 2,
      uri: "prompts:/main/p/2",
      template: "Answer in two words.\nBe kind. {{text}}",
    },
    best: { template: "Answer in two words.\nBe kind. {{text}}", validation: 0.9 },
  };

  test("is a sentence with gain, interval and rows, above the figures and their warnings", () => {
    const html = report({ prompts: [prompt], isOffline: true });
    expect(html).toContain("<title>Version 2 is better: +0.40 [0.20, 0.60] on 50 held-out rows</title>");
    expect(text(html)).toContain("0.500 → 0.900");
    expect(text(html)).toContain("95 % interval 0.200 to 0.600, p = 0.0010 (McNemar exact test");
    expect(html.indexOf("Offline models answered")).toBeLessThan(html.indexOf("Held-out score"));
    expect(text(html)).toContain("Registered as prompts:/main/p/2");
  });

  test.each([
    ["no_proven_improvement", "No proven improvement: +0.40 [0.20, 0.60] on 50 held-out rows"],
    ["regressed", "Version 1 stays: the best candidate is worse, +0.40 [0.20, 0.60] on 50 held-out rows"],
    ["failed", "Failed: no answer"],
    ["skipped", "Skipped: the reason"],
  ] as const)("of %s is a sentence of its own", (status, sentence) => {
    const error = status === "failed" ? { code: "x", message: "no answer", hint: "check the key" } : null;
    const html = report({ status, error, prompts: [prompt], advice: ["collect rows"] });
    expect(text(html)).toContain(sentence);
    expect(html).toContain("<li>collect rows</li>");
    if (error !== null) expect(text(html)).toContain("Next: check the key");
  });

  test("a parity gate proves that the new prompt is not worse, and says no more", () => {
    const { plan, scores } = optimizationRecord();
    const { test: measured } = scores;
    if (measured === undefined) throw new Error("the record has no test scores");
    const html = report({
      prompts: [prompt],
      plan: { ...plan, gate: { ...plan.gate, mode: "non_inferior", margin: 0.02 } },
      scores: { ...scores, test: { ...measured, difference: 0.01, interval: [-0.01, 0.03] } },
    });
    expect(text(html)).toContain("Version 2 is not worse by more than 0.02: +0.01 [−0.01, 0.03]");
  });

  test("shows the prompt sentence by sentence, with the words that changed", () => {
    const html = report({ prompts: [prompt] });
    expect(html).toMatch(/<li class="del">.*removed: .*Answer in <mark>one<\/mark> <mark>word<\/mark>\./);
    expect(html).toMatch(/<li class="add">.*added: .*Answer in <mark>two<\/mark> <mark>words<\/mark>\./);
    expect(html).toContain('<li><span>Be kind. <span class="var">{{text}}</span></span></li>');
  });
});

describe("whether the small model can replace the large one", () => {
  const source = {
    ...{ score: 0.8, parity: 0.97, interval: [0.9, 1.04] as const, rows: 50, usd: null, targetUsd: null },
    ...{ latencyMs: 1, targetLatencyMs: 1 },
  };
  const { scores } = optimizationRecord();

  test("stands beside the verdict if a source model was measured", () => {
    const html = report({ scores: { ...scores, source } });
    expect(html).toMatch(/<p[^>]*>Parity with source: 97 %\.<\/p>/);
    expect(html).not.toContain("No source model was measured");
  });

  test("is told once how to measure if none was", () => {
    expect(report({}).match(/No source model was measured/g)).toHaveLength(1);
    expect(report({}, {}).match(/name that model as <code>source_model<\/code>/g)).toHaveLength(1);
    expect(report({}, { scores: { ...scores, source } })).not.toContain("No source model was measured");
  });
});

test("a filter without rows says what that means", () => {
  const html = report({ rows: [row("a", 0, 1), row("b", 1, 1)] });
  for (const words of ["No row got worse.", "No row failed.", "No row is still wrong."])
    expect(html).toContain(`">${words}</strong>`);
  expect(html).not.toContain("No row got better.");
});

describe("the rows", () => {
  test("are all there, the worst first, each with an address", () => {
    const html = report({
      rows: [row("same", 1, 1), row("won", 0, 1), row("lost", 1, 0), row("bad", 0, 0)],
    });
    const places = ["lost", "bad", "won", "same"].map((name) => html.indexOf(`text of ${name}`));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(html).toContain('<tr class="k-worse" id="row-3">');
    expect(text(html)).toContain("All 4 ▼ Worse 1✕ Still wrong 1▲ Better 1✓ Still right 1! Failed 0");
    expect(text(html)).toContain("1 better, 1 worse");
  });

  test("show graded scores, parts, errors, and feedback that says something new", () => {
    const base = {
      ...answer("b", 0.25),
      feedback: "the date is missing from the answer",
      parts: { tone: 0.5 },
    };
    const html = report({
      rows: [
        { ...row("x", 0, 0), base, optimized: answer(null, null, "the endpoint answered 500") },
        { ...row("y", 0, 0), base: { ...answer("b", 0.5), feedback: 'expected "yes", got "b"' } },
      ],
    });
    expect(html).toContain('<b class="fig">0.250</b>');
    expect(text(html)).toContain("tone 0.500");
    expect(text(html)).toContain("feedback: the date is missing from the answer");
    expect(html).toMatch(/<span class="st no">Failed<\/span> the endpoint answered 500/);
    expect(text(html)).not.toContain("expected &quot;yes&quot;, got");
  });

  test("are exported whole and as they are, in a block that no text can end", () => {
    const hostile = "</script><script>alert(1)</script>\u2028\u202e";
    const html = report({ rows: [{ ...row("x", 0, 1), inputs: { text: hostile } }] });
    const [, json = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      optimization: "x",
      rows: [{ row: 1, example: "x", change: "better", inputs: { text: hostile }, base: { output: "b" } }],
    });
  });

  test("long texts are folded, and cut with a note of the rest", () => {
    const long = "word ".repeat(10_000);
    const html = report({ rows: [{ ...row("x", 0, 1), base: answer(long, 0) }] });
    expect(text(html)).toContain("all 50,000 characters");
    expect(text(html)).toContain("… 30,000 more characters");
  });

  test("of a base that nothing beat have one column of answers", () => {
    const html = report({
      status: "no_proven_improvement",
      rows: [row("a", 1, 1), row("b", 0, 0)],
      prompts: optimizationRecord({ best: "Base: {{text}}" }).prompts,
    });
    expect(text(html)).toContain("All 2 ✕ Wrong 1✓ Right 1! Failed 0");
    expect(html).not.toContain("New prompt</th>");
  });
});

describe("the candidates", () => {
  test("stand below the one that each was made from, with their fate", () => {
    const html = report({
      candidates: [
        { ...candidate, id: "c0", parents: [], status: "seed", texts: { p: "Base." } },
        { ...candidate, id: "c1", texts: { p: "Base.\nMore." } },
        { ...candidate, id: "c2", parents: ["c1"], status: "rejected", reason: "fixes no row" },
        { ...candidate, id: null, status: "rejected", reason: "lost {{text}}", validation: null },
        { ...candidate, id: null, status: "rejected", reason: "lost {{text}}", validation: null },
      ],
    });
    expect(html).toMatch(/<span class="pre" aria-hidden="true">└ <\/span><a href="#d-c1">/);
    expect(html).toMatch(/<span class="pre" aria-hidden="true"> {2}└ <\/span><a href="#d-c2">/);
    expect(text(html)).toContain("✕ Rejected fixes no row".slice(2));
    expect(text(html)).toContain("2 × lost {{text}}");
    expect(text(html)).toContain("2 written, 1 accepted, 2 refused before a call was spent");
    expect(html).toMatch(/<li class="add">.*More\./);
  });
});

describe("score over calls", () => {
  const seed = { ...candidate, id: "c0", parents: [], status: "seed", validation: 0.3 } as const;

  test("steps at each candidate that beats the best, up to the end of the search", () => {
    const html = report({
      phaseCalls: { base: 10, search: 80, total: 100 },
      candidates: [
        { ...seed, validationInterval: [0.1, 0.5] },
        { ...candidate, calls: 40, validation: 0.8, validationInterval: [0.6, 0.9] },
        { ...candidate, id: "c2", calls: 60, validation: 0.6, validationRows: 1, status: "rejected" },
      ],
    });
    expect(html).toContain('<path class="line" d="M10 70 H40 V20 H80"/>');
    expect(html).toContain(
      "Best validation score: 0.300 at 10 calls, 0.800 at 40 calls; the search ends at 80 calls. The proof takes until 100.",
    );
    expect(html).toContain('<rect class="band" x="40" width="40" y="10" height="30"/>');
  });

  test("an older record, which has no calls, counts steps", () => {
    const html = report({ candidates: [seed, { ...candidate, validation: 0.8 }] });
    expect(text(html)).toContain("Best score over steps");
    expect(html).toContain('<path class="line" d="M0 70 H1 V20 H1"/>');
  });
});

test("several optimizations have an overview with links, and their own ids", () => {
  const html = report({ name: "one", rows: [row("a", 0, 1)] }, { name: "two", rows: [row("a", 0, 1)] });
  expect(text(html)).toContain("2 optimizations: 2 improved");
  expect(html).toContain('<a href="#o2">two</a>');
  expect(html).toContain('id="o2-row-1"');
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("an interrupted run is rendered with its partial data", () => {
  const { test: _test, validation: _validation, ...scores } = optimizationRecord().scores;
  const error = { code: "interrupted", message: "m", hint: "go on with --resume" };
  const html = renderReport({
    ...runRecord([
      optimizationRecord({ status: "failed", over: { scores, stopped: "interrupted", error } }),
      optimizationRecord({ status: "skipped", over: { scores } }),
    ]),
    status: "interrupted",
  });
  expect(text(html)).toContain("2 optimizations: 1 failed, 1 skipped");
  expect(text(html)).toContain("go on with --resume");
  expect(html).not.toContain("Held-out score");
});

describe("hostile texts", () => {
  const hostile = `</pre></td><script>alert(1)</script><img src=x onerror='alert(2)'>" ' & </style>\ud83d\u202e\u0000`;
  const record = runRecord(
    ["a", "b"].map(() =>
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
              base: { ...answer(null, 0, hostile), parts: { [hostile]: 1 } },
              optimized: { ...answer(hostile, 0), feedback: hostile },
            },
          ],
          candidates: [1, 2].map((step) => ({
            ...candidate,
            id: hostile + step,
            parents: [hostile],
            texts: { [hostile]: hostile },
            by: hostile,
            status: "rejected",
            reason: hostile,
          })),
          error: { code: "x", message: hostile, hint: hostile },
        },
      }),
    ),
  );
  const html = renderReport({ ...record, run: hostile, config: hostile });

  test("open no tag, close none, end no attribute", () => {
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html).not.toContain("<img");
    expect(html.replace(/<script type="application.json".*?<.script>/g, "")).not.toContain("onerror='");
    expect(html.match(/<\/pre>/g)).toHaveLength(html.match(/<pre/g)?.length ?? -1);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(text(html)).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  test("cannot turn the direction of the page or hide in it: control characters are shown", () => {
    expect(html).toContain("⟨U+202E⟩⟨U+0000⟩");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(html).not.toMatch(/[\u0000\u202e]/);
  });

  test("the policy allows the page's own script and style and nothing else", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    const digestOf = (tag: string) => {
      const [, body = ""] = new RegExp(`<${tag}>((?:.|\\n)*?)</${tag}>`).exec(html) ?? [];
      return `sha256-${createHash("sha256").update(body).digest("base64")}`;
    };
    expect(policy.replaceAll("&#39;", "'")).toBe(
      `default-src 'none'; style-src '${digestOf("style")}'; script-src '${digestOf("script")}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html).not.toMatch(/ style="| on\w+="|https?:\/\/(?!url)/);
  });
});

test("from the record on disk it is the same page", () => {
  const record = runRecord([
    optimizationRecord({
      over: {
        rows: [{ ...row("a", 0, 1), base: { ...answer("b", 0), parts: { myPart: 0 } } }],
        phaseCalls: { base: 1, search: 2, total: 3 },
        models: { target: { key: "k", name: "n", provider: "offline", parameters: { topP: 1 } } },
      },
    }),
  ]);
  const read = fromRecordJson(
    JSON.parse(JSON.stringify(toRecordJson(record))) as JsonObject,
  ) as unknown as RunRecord;
  expect(renderReport(read)).toBe(renderReport(record));
});
