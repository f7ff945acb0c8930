import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exchange } from "../../src/contracts/answer-store.ts";
import type { SharedAnswers } from "../../src/contracts/shared-answers.ts";
import { digestOfText } from "../../src/core/data/digest.ts";
import { connectPostgres, type Postgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { prepareSchema } from "../../src/postgres/prepare-schema.ts";
import { answersSchema, openAnswerTable } from "../../src/run/answers/answer-table.ts";
import { newClaimOwner } from "../../src/run/answers/claim-owner.ts";
import { openFolderAnswers } from "../../src/run/answers/folder-answers.ts";
import { startPostgres } from "../scale/support/postgres.ts";
import { createHttpProject, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { spawnCli } from "../support/spawn-cli.ts";

// The figures of shared answers: npm run bench:scale [-- --answers 1000000]
const at = process.argv.indexOf("--answers");
const answerCount = at === -1 ? 1_000_000 : Number(process.argv[at + 1]);

const question = {
  kind: "model",
  provider: "openai",
  model: "small",
  parameters: {},
  messages: [{ role: "user", content: "x".repeat(800) }],
  repeat: 0,
} as const;
const exchange: Exchange = {
  question,
  completion: {
    text: "positive",
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 200, outputTokens: 2 },
    latencyMs: 300,
  },
};
const address = (n: number) => digestOfText(`answer ${n}`);
const say = (line: string) => process.stdout.write(`${line}\n`);

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
}

/** A new answer with and without its claim, in one process. */
async function claimCost(): Promise<void> {
  const calls = 20_000;
  const pay = async (claims: boolean, shared: SharedAnswers, n: number) => {
    await shared.find(address(n), question);
    if (claims) await shared.claim(address(n), question);
    shared.put(address(n), exchange);
    if (claims) await shared.release(address(n));
  };
  for (const claims of [false, true, false, true]) {
    const folder = mkdtempSync(join(tmpdir(), "dao-opt-bench-"));
    const shared = openFolderAnswers(join(folder, "cache"));
    const started = performance.now();
    for (let from = 0; from < calls; from += 64)
      await Promise.all(Array.from({ length: 64 }, (_, n) => pay(claims, shared, from + n)));
    await shared.close();
    const seconds = (performance.now() - started) / 1000;
    say(
      `local folder, 64 at once, ${claims ? "with claims" : "without"}: ${((seconds / calls) * 1e6).toFixed(0)} µs a call, ${Math.round(calls / seconds)} calls/s`,
    );
    rmSync(folder, { recursive: true });
  }
}

async function twoRunsAtOnce(): Promise<void> {
  const server = await startLoopbackOpenAI({
    answer: offlineAnswer,
    isRecording: false,
    latency: { medianMs: 25, sigma: 0.8, seed: 3 },
  });
  const count = async (processes: number): Promise<number> => {
    const project = createHttpProject({ baseUrl: server.baseUrl, rows: 150 });
    const before = server.count;
    const runs = Array.from({ length: processes }, () =>
      spawnCli(["run", "config.yaml"], { cwd: project.directory }),
    );
    for (const { exitCode, stderr } of await Promise.all(runs)) if (exitCode !== 0) throw new Error(stderr);
    return server.count - before;
  };
  for (const processes of [1, 2, 5]) say(`runs at once: ${processes}; calls paid: ${await count(processes)}`);
  await server.close();
}

async function fill(postgres: Postgres): Promise<void> {
  const { question: _question, ...answer } = exchange;
  const text = JSON.stringify({ ...answer, pad: "x".repeat(300) });
  for (let from = 0; from < answerCount; from += 100_000)
    await postgres.query(
      `insert into dao_opt_answers (address, rules, kind, endpoint, model, answer)
       select sha256(('answer ' || n)::bytea), 2, 'model', 'https://api.example.com/v1', 'small', $1::json
       from generate_series($2::int, $3::int) n on conflict do nothing`,
      [text, from, Math.min(from + 100_000, answerCount) - 1],
    );
  await postgres.query("analyze dao_opt_answers");
}

async function getTimes(postgres: Postgres): Promise<void> {
  const table = openAnswerTable(postgres, newClaimOwner());
  for (const size of [1, 64]) {
    const times: number[] = [];
    let found = 0;
    for (let round = 0; round < 2000; round++) {
      const wanted = Array.from({ length: size }, () => address(Math.floor(Math.random() * answerCount)));
      const started = performance.now();
      found += (await table.find(wanted)).size;
      times.push(performance.now() - started);
    }
    times.sort((one, other) => one - other);
    say(
      `get of ${size} among ${answerCount} answers: median ${percentile(times, 0.5)} ms, 95 % ${percentile(times, 0.95)} ms (${found} found)`,
    );
  }
}

/** A run of about 4,000 calls, and the same once more from another folder, with every answer in the database. */
async function warmRun(url: string): Promise<void> {
  const server = await startLoopbackOpenAI({ answer: offlineAnswer, isRecording: false });
  const build = (): HttpProject => {
    const project = createHttpProject({ baseUrl: server.baseUrl, optimization: { max_steps: 3 } });
    writeFileSync(join(project.directory, "rows.jsonl"), "");
    for (let n = 0; n < 2600; n++)
      appendFileSync(
        join(project.directory, "rows.jsonl"),
        `${JSON.stringify({ inputs: { text: `Row ${n} is ${n % 2 === 0 ? "great" : "awful"}` }, expected_response: n % 2 === 0 ? "positive" : "negative" })}\n`,
      );
    return project;
  };
  const run = async (project: HttpProject, label: string, ...args: string[]) => {
    const before = server.count;
    const started = performance.now();
    const command = ["run", "config.yaml", "-j", "32", "--answers", url, ...args];
    const { exitCode, stderr } = await spawnCli(command, { cwd: project.directory });
    if (exitCode !== 0) throw new Error(stderr);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${label}: ${seconds} s, ${server.count - before} calls paid`);
  };
  const first = build();
  await run(first, "a run, answers to PostgreSQL");
  const second = build();
  cpSync(join(first.directory, "config.yaml"), join(second.directory, "config.yaml"));
  await run(second, "the same on another machine, warm");
  const [id = ""] = second.runs();
  rmSync(join(second.directory, ".dao-opt/runs", id, "record.json"));
  await run(second, "resumed", "--resume", id);
  await server.close();
}

await claimCost();
await twoRunsAtOnce();
const server = await startPostgres();
try {
  const url = await server.createDatabase();
  const postgres = await connectPostgres(readPostgresAddress(url, {}, "bench"), { statementMs: 600_000 });
  await prepareSchema(postgres, answersSchema);
  await fill(postgres);
  await getTimes(postgres);
  await warmRun(url);
  await postgres.close();
} finally {
  await server.close();
}
