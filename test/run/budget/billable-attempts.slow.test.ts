import { afterAll, describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createHttpProject, offlineAnswer } from "../../support/http-project.ts";
import { countTokens, type ScriptedAnswer, type WireRequest } from "../../support/loopback-answers.ts";
import { type Fault, rateLimited, serverFault } from "../../support/loopback-faults.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";

// A provider that bills by its price list, counted at the server.

const price = { input: 10, output: 40 };
const concurrency = 4;

/** Tokens of one request, as billed. */
interface Billed {
  readonly input: number;
  readonly output: number;
}

interface Behaviour {
  /** The fault of a request by index; undefined: its answer. */
  readonly fault?: (index: number) => Fault | undefined;
  readonly answer?: (request: WireRequest, index: number) => ScriptedAnswer;
  /** Billed tokens, if they differ from the reported ones. */
  readonly billed?: (request: WireRequest, answered: Billed) => Billed;
  readonly model?: object;
}

const every =
  (count: number, fault: Fault) =>
  (index: number): Fault | undefined =>
    index % count === count - 1 ? fault : undefined;

/** Some requests are 429s in a row, as when a minute's quota is used up. */
const burst = (index: number): Fault | undefined => (index % 12 >= 8 ? rateLimited(0) : undefined);

const limitOf = ({ max_tokens: most, max_completion_tokens: other }: WireRequest): number =>
  Number(most ?? other ?? Number.NaN);

const behaviours: Readonly<Record<string, Behaviour>> = {
  "bursts of 429": { fault: burst },
  "500 now and then": { fault: every(4, serverFault(500)) },
  "503 now and then": { fault: every(4, serverFault(503)) },
  "dropped connections": { fault: every(5, { kind: "drop" }) },
  "answers that never come": { fault: every(9, { kind: "hang" }), model: { timeout_seconds: 2 } },
  "bodies that break off": { fault: every(6, { kind: "premature-close" }) },
  "errors inside a 200": {
    fault: every(5, {
      kind: "status",
      status: 200,
      body: { error: { message: "upstream is overloaded", code: 502 } },
    }),
  },
  "answers cut off": {
    answer: (request, index) => {
      const text = offlineAnswer(request);
      const isCut = index % 3 === 0 && limitOf(request) <= 4096;
      return isCut ? { text: text.slice(0, 1), finishReason: "length" } : { text };
    },
  },
  "answers always cut off": { answer: () => ({ text: "posi", finishReason: "length" }) },
  "bills ten times the limit": {
    answer: (request) => ({
      text: offlineAnswer(request),
      usage: { input: 40, output: limitOf(request) * 10 },
    }),
  },
  "no usage": { answer: (request) => ({ text: offlineAnswer(request), usage: null }) },
  "long thinking": {
    answer: (request) => ({ text: `<think>${"hm ".repeat(300)}</think>${offlineAnswer(request)}` }),
  },
};

interface Case {
  readonly behaviour: keyof typeof behaviours & string;
  readonly cap: string;
  readonly args?: readonly string[];
  readonly budget?: object;
  readonly maxTokens?: number;
}

const cases: readonly Case[] = [
  { behaviour: "bursts of 429", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "500 now and then", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "503 now and then", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "dropped connections", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "answers that never come", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "bodies that break off", cap: "--max-cost 0.3", args: ["--max-cost", "0.3"] },
  { behaviour: "errors inside a 200", cap: "--max-calls 60", args: ["--max-calls", "60"] },
  { behaviour: "answers cut off", cap: "budget.usd 3", budget: { usd: 3 } },
  { behaviour: "answers always cut off", cap: "--max-cost 0.72", args: ["--max-cost", "0.72"] },
  { behaviour: "bills ten times the limit", cap: "--max-cost 1", args: ["--max-cost", "1"], maxTokens: 50 },
  { behaviour: "bills ten times the limit", cap: "budget.usd 1", budget: { usd: 1 }, maxTokens: 50 },
  { behaviour: "no usage", cap: "--max-cost 0.28", args: ["--max-cost", "0.28"] },
  { behaviour: "long thinking", cap: "budget.tokens 60000", budget: { tokens: 60_000 } },
  { behaviour: "500 now and then", cap: "budget.calls 140", budget: { calls: 140 } },
];

const table: object[] = [];

async function runCase({ behaviour, args = [], budget, maxTokens }: Case) {
  const { fault, answer, model } = behaviours[behaviour] as Behaviour;
  const bill = { attempts: 0, billable: 0, usd: 0, dearest: 0 };
  const costOf = ({ input, output }: Billed) => (input * price.input + output * price.output) / 1e6;
  const server = await startLoopbackOpenAI({
    latency: { fixedMs: 1 },
    answer(request, index) {
      const answered = answer?.(request, index) ?? { text: offlineAnswer(request) };
      const met = fault?.(index);
      bill.attempts++;
      const isRefused = met?.kind === "status" && (met.status === 429 || met.status === 503);
      if (isRefused) return answered;
      bill.billable++;
      // An error is not billed by tokens; an answer lost on its way is.
      if (met?.kind === "status") return answered;
      const asked = (request.messages ?? []).map(({ content }) => String(content)).join("");
      const cost = costOf(
        answered.usage ?? { input: countTokens(asked), output: countTokens(answered.text) },
      );
      bill.usd += cost;
      bill.dearest = Math.max(bill.dearest, cost);
      return answered;
    },
    ...(fault === undefined ? {} : { faults: fault }),
  });
  try {
    const project = createHttpProject({
      baseUrl: server.baseUrl,
      model: { price, retries: 3, ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }), ...model },
      ...(budget === undefined ? {} : { optimization: { budget, max_error_rate: 1 } }),
    });
    const result = await project.run(["--json", "-j", String(concurrency), ...args], {
      env: { OPENAI_API_KEY: "sk-test" },
    });
    const output = runOutputSchema.parse(result.json);
    return {
      bill,
      result,
      output,
      one: output.optimizations[0],
      record: JSON.parse(project.read("record.json")),
    };
  } finally {
    await server.close();
  }
}

describe("caps compared with the server's own count", () => {
  test.each(cases)("$behaviour × $cap", { timeout: 240_000 }, async (given) => {
    const { bill, one, result } = await runCase(given);
    const total = one?.usage.total;
    if (total === undefined) throw new Error(result.stderr);
    const charged = total.calls + total.lost_calls;
    table.push({
      behaviour: given.behaviour,
      cap: given.cap,
      exit: result.exitCode,
      sent: bill.attempts,
      billable: bill.billable,
      counted: charged,
      retries: total.retries,
      "server USD": bill.usd.toFixed(4),
      "tool USD": total.usd?.toFixed(4),
    });
    // Everything the provider bills is charged, attempt by attempt.
    expect(charged).toBe(bill.billable);
    expect(total.calls + total.lost_calls + (bill.attempts - bill.billable)).toBe(bill.attempts);
    const { args = [], budget = {}, behaviour } = given;
    const [flag, value] = args;
    if (flag === "--max-calls") {
      expect(bill.billable).toBeLessThanOrEqual(Number(value));
      expect(result.exitCode).toBe(3);
      expect(one?.error?.message).toBe(`--max-calls ${value} is reached`);
    }
    const cap = flag === "--max-cost" ? Number(value) : (budget as { usd?: number }).usd;
    if (cap !== undefined) {
      const isOver = behaviour === "bills ten times the limit";
      // Exceeded only by the calls in flight, and only if the provider ignores its limit.
      expect(bill.usd).toBeLessThanOrEqual(cap + (isOver ? concurrency * bill.dearest : 0));
      if (flag === "--max-cost") {
        expect(result.exitCode).toBe(3);
        expect(one?.error?.message).toMatch(
          /^--max-cost [\d.]+ USD: [\d.]+ spent; the next call may cost up to [\d.]+$/,
        );
      }
    }
    const { tokens } = budget as { tokens?: number };
    if (tokens !== undefined) expect(total.input_tokens + total.output_tokens).toBeLessThanOrEqual(tokens);
    if (behaviour === "no usage") expect(total.estimated).toBe(true);
  });

  afterAll(() => console.table(table));
});
