import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";
import { afterAll, expect, test } from "vitest";
import { serveOutputSchema } from "../../src/cli/commands/serve/output.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

// LOAD_MINUTES=1 npm run test:load -- test/load/serve.test.ts
const minutes = Number(process.env["LOAD_MINUTES"] ?? "10");
const lanes = 16;
const prompts = 40;
/** Later memory may be above the memory after the first fifth by so much: what a collection has yet to take. */
const mostGrowthMb = 80;

const cwd = mkdtempSync(join(tmpdir(), "dao-opt-soak-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly text: string;
}

test(
  `${minutes} minutes of mixed load: no error, steady memory, every log kept`,
  async () => {
    const provider = await startLoopbackOpenAI({
      isRecording: false,
      latency: { medianMs: 30, sigma: 0.5, seed: 1 },
      answer: ({ messages }) => `You said: ${String(messages?.at(-1)?.content)}`,
    });
    const bin = fileURLToPath(new URL("../../bin/dao-opt.js", import.meta.url));
    const child = spawn(process.execPath, [bin, "serve", "--json", "--port", "0"], {
      cwd,
      env: { PATH: process.env["PATH"], OPENAI_BASE_URL: provider.baseUrl, OPENAI_API_KEY: "none" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += String(data);
    });
    const ready = await new Promise<string>((done) =>
      child.stdout.once("data", (data) => done(String(data))),
    );
    const { url } = serveOutputSchema.parse(JSON.parse(ready));
    const dispatcher = new Agent({ connections: lanes });
    const failures: string[] = [];
    const counts: Record<string, number> = {};

    async function send(
      what: string,
      method: "GET" | "POST" | "DELETE",
      path: string,
      body?: object,
    ): Promise<Answer> {
      const { statusCode, body: got } = await request(`${url}${path}`, {
        method,
        dispatcher,
        ...(body === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      const text = await got.text();
      counts[what] = (counts[what] ?? 0) + 1;
      if (statusCode >= 300) failures.push(`${what}: ${statusCode} ${text.slice(0, 200)}`);
      return { status: statusCode, text };
    }

    const idOf = ({ text }: Answer) => (JSON.parse(text) as { id: string }).id;
    const ids: string[] = [];
    for (let at = 0; at < prompts; at++) {
      const draft = { path: `soak/prompt ${at}`, model: "gpt-4o-mini", template: `Case ${at}: {{text}}` };
      ids.push(idOf(await send("upsert", "POST", "/v5/prompts", draft)));
    }
    let turn = 0;
    let logged = 0;
    const kinds: readonly ((at: number) => Promise<void>)[] = [
      async (at) => void (await send("get", "GET", `/v5/prompts/${ids[at % prompts]}`)),
      async (at) =>
        void (await send(
          "get with a query",
          "GET",
          `/v5/prompts/${ids[at % prompts]}?environment=production`,
        )),
      async (at) => {
        logged++;
        await send("call", "POST", "/v5/prompts/call", {
          id: ids[at % prompts],
          inputs: { text: `number ${at}` },
        });
      },
      async (at) => {
        logged++;
        const body = { id: ids[at % prompts], inputs: { text: `number ${at}` }, stream: true };
        const { text } = await send("stream", "POST", "/v5/prompts/call", body);
        if (!text.endsWith("data: [DONE]\n\n")) failures.push(`stream: ends with ${text.slice(-50)}`);
      },
      async (at) => {
        logged++;
        await send("log", "POST", "/v5/prompts/log", {
          id: ids[at % prompts],
          inputs: { text: "x" },
          output: `said ${at}`,
        });
      },
      async (at) => {
        const draft = {
          path: `soak/prompt ${at % prompts}`,
          model: "gpt-4o-mini",
          template: `Case ${at % prompts}: {{text}}`,
        };
        await send("upsert again", "POST", "/v5/prompts", { ...draft, temperature: (at % 5) / 10 });
      },
      async () => void (await send("list", "GET", "/v5/prompts?size=10&page=2")),
      async (at) => void (await send("versions", "GET", `/v5/prompts/${ids[at % prompts]}/versions`)),
      async () => {
        logged++;
        const id = idOf(
          await send("flow", "POST", "/v5/flows/log", { path: "soak/flow", log_status: "incomplete" }),
        );
        await send("log read", "GET", `/v5/logs/${id}`);
      },
      async (at) => {
        logged++;
        await send("proxied", "POST", "/openai/v1/chat/completions", {
          model: "gpt-4o-mini",
          messages: [{ role: "user", content: `proxied ${at}` }],
        });
      },
      async () => void (await send("page", "GET", "/ui/prompts")),
      async () => void (await send("metrics", "GET", "/metrics")),
    ];
    const rssMb = () => {
      const pages = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
      return Number(pages?.[1]) / 1024;
    };
    const samples: number[] = [];
    const endMs = performance.now() + minutes * 60_000;
    const sampling = setInterval(() => samples.push(rssMb()), (minutes * 60_000) / 50);
    const lane = async (): Promise<void> => {
      while (performance.now() < endMs && failures.length < 20) {
        const at = turn++;
        await kinds[at % kinds.length]?.(at);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    clearInterval(sampling);
    const lastMb = rssMb();
    await dispatcher.close();
    child.kill("SIGINT");
    const exitCode = await new Promise((done) => child.once("close", done));
    await provider.close();

    const fifth = Math.ceil(samples.length / 5);
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const [second, last] = [mean(samples.slice(fifth, fifth * 2)), mean(samples.slice(-fifth))];
    const traces = join(cwd, ".dao-opt/traces");
    const lines = readdirSync(traces)
      .filter((name) => /^\d{4}-/.test(name))
      .flatMap((name) => readFileSync(join(traces, name), "utf8").trimEnd().split("\n"));
    console.log(
      `${turn} requests in ${minutes} min (${(turn / minutes / 60).toFixed(0)}/s): ${JSON.stringify(counts)}\n` +
        `memory ${samples.map((one) => one.toFixed(0)).join(" ")} MB, at the end ${lastMb.toFixed(0)} MB; ${lines.length} logs`,
    );
    expect(failures).toEqual([]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(lines).toHaveLength(logged);
    expect(last - second).toBeLessThan(mostGrowthMb);
  },
  minutes * 60_000 + 120_000,
);
