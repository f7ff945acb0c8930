/**
 * Recall and precision of redaction by kind, on both halves of test/traces/redaction/table, and its speed. Prints
 * Markdown. `--faults dev` lists what goes wrong on a half.
 *
 *     node test/bench/run.js redaction [--faults dev]
 */
import { parseArgs } from "node:util";
import { createRedactor } from "../../src/traces/redaction/create-redactor.ts";
import { measure } from "../traces/redaction/table/measure.ts";
import { readTable } from "../traces/redaction/table/read-table.ts";

const { values } = parseArgs({ options: { faults: { type: "string" }, half: { type: "string" } } });
const redactor = createRedactor();
const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;

for (const half of ["dev", "held-out"] as const) {
  if (values.half !== undefined && values.half !== half) continue;
  const figures = measure(readTable(half, "test/traces/redaction/table"), redactor.text);
  console.log(
    `## ${half}\n\n| kind | strings | hidden | recall | precision |\n| --- | --- | --- | --- | --- |`,
  );
  for (const { kind, secrets, hidden, excess } of figures) {
    if (kind === "keep")
      console.log(`| look-alikes | ${secrets} | ${excess} changed | | ${percent(hidden, secrets)} |`);
    else
      console.log(
        `| ${kind} | ${secrets} | ${hidden} | ${percent(hidden, secrets)} | ${percent(hidden, hidden + excess)} |`,
      );
  }
  if (values.faults === half)
    for (const { kind, faults } of figures)
      for (const fault of faults) console.log(`${kind}: ${JSON.stringify(fault)}`);
  console.log("");
}

const prose =
  "The courier will bring order 4711 on 2024-05-17; write to jane.doe@example.com or ask Maria Garcia. ";
for (const [name, text] of [
  ["a message of 2 kB, personal data in it", prose.repeat(20)],
  [
    "a message of 2 kB, none in it",
    "The courier will bring the order on Friday and take back what is left of it. ".repeat(26),
  ],
] as const) {
  redactor.text(text);
  const started = performance.now();
  for (let round = 0; round < 50; round++) redactor.text(text);
  console.log(`${name}: ${((performance.now() - started) / 50).toFixed(2)} ms`);
}

console.log("\nTexts made to slow a search down, 250 kB and four times as much:\n");
for (const shape of [
  "a",
  "a@",
  "1-",
  "4111 ",
  "a://",
  "sk-",
  "Xq ",
  "0 ",
  "\\n",
  "password=",
  "12 rue de la ",
  "王小明",
  '{"a":',
]) {
  const spent = [250_000, 1_000_000].map((size) => {
    const text = shape.repeat(Math.ceil(size / shape.length));
    const started = performance.now();
    redactor.text(text);
    return performance.now() - started;
  });
  console.log(`${JSON.stringify(shape).padEnd(16)} ${spent.map((ms) => `${ms.toFixed(0)} ms`).join(", ")}`);
}
