import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type RunOutput, runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { answerLines, openAttempts } from "../support/journal-lines.ts";
import { createWorldProject, goodPrompt, type WorldProject } from "../support/world-project.ts";

export const middling = "accuracy=0.5 Answer: {{text}}";

export function runFile(project: WorldProject, name: string, run = project.runs()[0] ?? ""): string {
  return join(project.directory, ".dao-opt", "runs", run, name);
}

/** A result without the fields that may differ between two sessions with equal outcome. */
export function outcomeOf(json: unknown): unknown {
  const { run: _run, seconds: _seconds, optimizations, ...rest }: RunOutput = runOutputSchema.parse(json);
  return { ...rest, optimizations: optimizations.map(({ seconds: _own, ...one }) => one) };
}

/** The same without its spending: a killed run has lost calls. */
function findingsOf(json: unknown): unknown {
  const { optimizations, ...rest } = outcomeOf(json) as RunOutput;
  return { ...rest, optimizations: optimizations.map(({ usage: _usage, ...one }) => one) };
}

/** Every candidate of the newest run with its fate, in order. */
function decisionsIn(project: WorldProject): readonly object[] {
  const lines = readFileSync(runFile(project, "candidates.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { at: _at, run: _run, ...event } = JSON.parse(line);
    return event;
  });
}

function addressesOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => JSON.parse(line).address);
}

/**
 * Resumes a complete run from each `every`-th line of its journal, as if it had been killed at that line.
 */
export async function expectResumesAfterKills(every: number): Promise<void> {
  const options = { rows: 24, texts: [middling, goodPrompt], model: { price: { input: 1, output: 1 } } };
  const whole = createWorldProject(options);
  whole.world.latencyMs = () => Math.random() * 3;
  const expected = findingsOf((await whole.run(["--json", "--no-cache"])).json);
  const lines = readFileSync(runFile(whole, "journal.jsonl"), "utf8").split(/(?<=\n)/);
  const decided = decisionsIn(whole);
  const addresses = addressesOf(answerLines(lines.join("")));
  expect(addresses.length).toBeGreaterThan(30);
  expect(decided.length).toBeGreaterThan(3);
  for (let kept = 0; kept < lines.length; kept += every) {
    // The state after kill -9: plan and journal, with a torn last line.
    const folder = runFile(whole, "");
    for (const name of ["record.json", "report.html", "events.jsonl", "candidates.jsonl"])
      rmSync(join(folder, name), { force: true });
    rmSync(join(whole.directory, "prompts"), { recursive: true, force: true });
    const torn = (lines[kept] ?? "").slice(0, (lines[kept] ?? "").length / 2);
    writeFileSync(join(folder, "journal.jsonl"), `${lines.slice(0, kept).join("")}${torn}`);
    whole.world.calls.length = 0;
    const { json, exitCode } = await whole.run(["--json", "--no-cache", "--resume"]);
    expect(exitCode).toBe(0);
    const before = lines.slice(0, kept).join("");
    expect(findingsOf(json)).toEqual(expected);
    expect(decisionsIn(whole)).toEqual(decided);
    // Missing answers are requested again, once each; unanswered attempts are lost.
    const { usage } = runOutputSchema.parse(json).optimizations[0] ?? {};
    const lost = openAttempts(before);
    expect(whole.world.calls).toHaveLength(addresses.length - answerLines(before).length);
    expect(usage?.total).toMatchObject({ calls: addresses.length, lost_calls: lost, estimated: lost > 0 });
    const filed = readFileSync(runFile(whole, "journal.jsonl"), "utf8");
    expect(filed.startsWith(before)).toBe(true);
    expect(addressesOf(answerLines(filed)).toSorted()).toEqual(addresses.toSorted());
  }
}
