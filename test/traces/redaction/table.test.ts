import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/traces/redaction/create-redactor.ts";
import { measure, structuredKinds } from "./table/measure.ts";
import { readTable } from "./table/read-table.ts";

const redactor = createRedactor();
const halves = [
  ["dev", readTable("dev")],
  ["held-out", readTable("held-out")],
] as const;

describe.each(halves)("the table's %s half", (_, table) => {
  const figures = measure(table, redactor.text);
  const share = (kinds: readonly string[]) => {
    const taken = figures.filter(({ kind }) => kinds.includes(kind));
    const sum = (read: (one: (typeof taken)[number]) => number) =>
      taken.reduce((total, one) => total + read(one), 0);
    return {
      recall: sum(({ hidden }) => hidden) / sum(({ secrets }) => secrets),
      faults: taken.flatMap(({ faults }) => faults),
    };
  };

  it("has enough cases of each kind", () => {
    expect(table.filter(({ kind }) => kind !== "keep").length).toBeGreaterThan(150);
    expect(table.filter(({ kind }) => kind === "keep").length).toBeGreaterThan(90);
    expect(new Set(table.map(({ text }) => text)).size).toBe(table.length);
  });

  it.each(structuredKinds)("misses less than one in fifty of kind %s", (kind) => {
    const { recall, faults } = share([kind]);
    expect(recall, faults.join("\n")).toBeGreaterThanOrEqual(0.98);
  });

  it.each(["name", "address"])("finds four in five of kind %s", (kind) => {
    const { recall, faults } = share([kind]);
    expect(recall, faults.join("\n")).toBeGreaterThanOrEqual(0.8);
  });

  it("changes at most one look-alike in fifty", () => {
    const { recall, faults } = share(["keep"]);
    expect(1 - recall, faults.join("\n")).toBeLessThanOrEqual(0.02);
  });

  it("keeps the words next to a secret", () => {
    const excess = figures.filter(({ kind }) => kind !== "keep").reduce((sum, one) => sum + one.excess, 0);
    expect(excess / table.length).toBeLessThanOrEqual(0.02);
  });

  it("changes nothing in a second pass", () => {
    const once = table.map(({ text }) => redactor.text(text));
    expect(once.map(redactor.text)).toEqual(once);
  });
});

describe("the measure", () => {
  const table = readTable("dev");

  it("scores zero for a redaction that does nothing", () => {
    const idle = measure(table, (text) => text);
    for (const { kind, hidden, secrets } of idle) expect(hidden, kind).toBe(kind === "keep" ? secrets : 0);
  });

  it("detects a redaction that removes everything", () => {
    const greedy = measure(table, () => "[NAME]");
    const excess = greedy.reduce((sum, one) => sum + one.excess, 0);
    expect(excess).toBeGreaterThan(200);
    expect(greedy.find(({ kind }) => kind === "keep")?.hidden).toBe(0);
  });

  it("detects a half-redacted secret", () => {
    const [figures] = measure(
      [{ kind: "name", text: "Ask Maria Garcia", secrets: ["Maria Garcia"], kept: ["Ask ", ""] }],
      () => "Ask [NAME] Garcia",
    );
    expect(figures).toMatchObject({ hidden: 0, excess: 0 });
  });
});
