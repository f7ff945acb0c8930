import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVerdict } from "../../../src/scorers/judge/read-verdict.ts";

const schema = z.object({ rationale: z.string().min(1), verdict: z.enum(["yes", "no"]) });
const good = '{"rationale": "r", "verdict": "yes"}';

describe("readVerdict", () => {
  it.each([
    good,
    `\n ${good}\n`,
    `\`\`\`json\n${good}\n\`\`\``,
    '{"verdict": "yes", "rationale": "r", "confidence": 1}',
  ])("reads %j", (text) => {
    expect(readVerdict(text, schema)).toEqual({ ok: true, verdict: { rationale: "r", verdict: "yes" } });
  });

  it.each([
    ["", "it is empty"],
    ["yes", "it is not one JSON object"],
    [`I think: ${good}`, "it is not one JSON object"],
    [`${good}\n${good}`, "it is not one JSON object"],
    [`[${good}]`, "Invalid input: expected object, received array"],
    ['"yes"', "Invalid input: expected object, received string"],
    ['{"rationale": "r", "verdict": "Yes"}', 'verdict: Invalid option: expected one of "yes"|"no"'],
    ['{"verdict": "yes"}', "rationale: Invalid input: expected string, received undefined"],
    ['{"rationale": "r", "verdict": 1}', 'verdict: Invalid option: expected one of "yes"|"no"'],
  ])("refuses %j", (text, problem) => {
    expect(readVerdict(text, schema)).toEqual({ ok: false, problem });
  });
});
