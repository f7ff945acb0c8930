import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectProxyOutputSchema } from "../../src/cli/commands/collect/output.ts";
import type { WireRequest } from "../support/loopback-answers.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import type { WireAnswer } from "../support/loopback-wire.ts";
import { errorQuirks } from "../support/quirks/error-quirks.ts";
import { faultQuirks } from "../support/quirks/fault-quirks.ts";
import { filterQuirks } from "../support/quirks/filter-quirks.ts";
import { keyQuirks } from "../support/quirks/key-quirks.ts";
import { kindQuirks } from "../support/quirks/kind-quirks.ts";
import type { Quirk } from "../support/quirks/quirk.ts";
import { streamQuirks } from "../support/quirks/stream-quirks.ts";
import { thinkingQuirks } from "../support/quirks/thinking-quirks.ts";
import { serveCli } from "../support/serve-cli.ts";

interface Passed {
  readonly status: number;
  readonly text: string;
}

// Truncated data cannot be compared byte by byte; keeping reasoning is a model's setting, which a proxy does
// not have.
const whole = [
  ...thinkingQuirks,
  ...kindQuirks,
  ...filterQuirks,
  ...faultQuirks,
  ...keyQuirks,
  ...errorQuirks,
].filter(({ id, spec }) => !/^(dropped-|gzip-)/.test(id) && spec?.reasoning === undefined);

const wires = new Map<string, WireAnswer>();
for (const { id, events } of streamQuirks) wires.set(id, { events });
for (const { id, respond } of whole) {
  const wire = respond({ messages: [] }, 0);
  if (wire !== undefined) wires.set(id, wire);
}

function idOf({ messages = [] }: WireRequest): string {
  return /text: (\S+)$/.exec(String(messages[0]?.content))?.[1] ?? "";
}

/** The upstream's bytes, to compare with what arrives. */
function bytesOf({ body, events }: WireAnswer): string {
  const write = (part: unknown) => (typeof part === "string" ? part : JSON.stringify(part));
  if (events === undefined) return write(body);
  return events.map((event) => (typeof event === "string" ? event : `data: ${write(event)}\n\n`)).join("");
}

/** The answer that becomes a row; null: none. The first answer of a temporary fault is not an answer. */
/** An unrequested stream that is complete: its answer is recorded although the program cannot read it. */
const recorded: Readonly<Record<string, string>> = { "stream-unasked": "posi" };

function rowOf({ id, expect: { kind, text, requests } }: Quirk): string | null {
  if (recorded[id] !== undefined) return recorded[id];
  return kind === "text" && requests === 1 ? (text ?? null) : null;
}

describe("the recording proxy", () => {
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-field-proxy-"));
  const passed = new Map<string, Passed>();
  let upstream: LoopbackOpenAI;
  let rows: ReadonlyMap<string, unknown>;
  let stderr: string;

  beforeAll(async () => {
    writeFileSync(
      join(cwd, "config.yaml"),
      'prompts:\n  p:\n    name: p\n    default_template: "Classify the text: {{text}}"\n',
    );
    upstream = await startLoopbackOpenAI({ respond: (request) => wires.get(idOf(request)) });
    const args = ["collect", "proxy", "--json", "--config", "config.yaml", "--dataset", "d"];
    const command = await serveCli([...args, "--upstream", upstream.baseUrl, "--port", "0"], { cwd });
    const { url } = collectProxyOutputSchema.parse(JSON.parse(command.ready));
    await Promise.all(
      [...wires].map(async ([id, { events }]) => {
        const response = await fetch(`${url}/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: "Bearer k" },
          body: JSON.stringify({
            model: "m",
            messages: [{ role: "user", content: `Classify the text: ${id}` }],
            ...(events === undefined ? {} : { stream: true }),
          }),
        });
        passed.set(id, { status: response.status, text: await response.text() });
      }),
    );
    const ended = await command.stop();
    stderr = ended.stderr;
    const lines = readFileSync(join(cwd, ".dao-opt/datasets/d.jsonl"), "utf8").trim().split("\n");
    rows = new Map(
      lines.map((line) => {
        const { inputs, outputs } = JSON.parse(line) as { inputs: { text: string }; outputs: unknown };
        return [inputs.text, outputs];
      }),
    );
  }, 60_000);
  afterAll(() => upstream.close());

  it.each([...wires.keys()])("%s: is forwarded unchanged", (id) => {
    const wire = wires.get(id) ?? {};
    expect(passed.get(id)).toEqual({ status: wire.status ?? 200, text: bytesOf(wire) });
  });

  it.each(streamQuirks.map(({ id, row }) => [id, row] as const))("%s: a row of it: %s", (id, row) => {
    expect(rows.get(id) ?? null).toBe(row);
  });

  it.each(whole.filter(({ id }) => wires.has(id)).map((quirk) => [quirk.id, rowOf(quirk)] as const))(
    "%s: a row of it: %s",
    (id, row) => {
      expect(rows.get(id) ?? null).toBe(row);
    },
  );

  it("calls the provider once per call, and counts skipped calls", () => {
    expect(upstream.count).toBe(wires.size);
    expect(stderr).toMatch(
      new RegExp(`^${wires.size} calls recorded\\b[^]*\\b${rows.size} rows merged into d\\b`),
    );
  });
});
