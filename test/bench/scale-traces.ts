import { performance } from "node:perf_hooks";
import type { TraceFilter } from "../../src/contracts/trace-store.ts";
import { connectPostgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { prepareSchema } from "../../src/postgres/prepare-schema.ts";
import { openPostgresTraces } from "../../src/traces/postgres/open-postgres-traces.ts";
import { tracesSchema } from "../../src/traces/postgres/trace-schema.ts";
import { startPostgres } from "../scale/support/postgres.ts";

// Filters over many traces: npm run bench:scale-traces [-- 1000000]
const count = Number(process.argv[2] ?? 1_000_000);
const say = (line: string) => process.stdout.write(`${line}\n`);

const server = await startPostgres();
try {
  const url = await server.createDatabase();
  const postgres = await connectPostgres(readPostgresAddress(url, {}, "bench"), { statementMs: 600_000 });
  await prepareSchema(postgres, tracesSchema);
  for (let from = 0; from < count; from += 50_000)
    await postgres.query(
      `insert into dao_opt_traces (trace_id, order_ms, started_ms, prompt_path, prompt_name, model, chat_id, chain_id,
         user_id, environment, has_error, is_rated, record)
       select 'tr_' || n, 1.7e12 + n * 10, 1.7e12 + n * 10, 'main/p' || n % 50, 'p' || n % 50, 'model-' || n % 5,
         'chat' || n / 10, 'chain' || n / 4, 'user' || n % 5000, case n % 3 when 0 then 'prod' else 'dev' end,
         n % 997 = 0, false,
         json_build_object('trace_id', 'tr_' || n, 'started_at',
           to_char(to_timestamp((1.7e12 + n * 10) / 1000), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'prompt', json_build_object('path', 'main/p' || n % 50), 'model', 'model-' || n % 5,
           'chat_id', 'chat' || n / 10, 'chain_id', 'chain' || n / 4, 'user', 'user' || n % 5000,
           'environment', case n % 3 when 0 then 'prod' else 'dev' end,
           'error', case when n % 997 = 0 then 'no' end, 'output', repeat('text ', 100))
       from generate_series($1::int, $2::int) n`,
      [from, Math.min(from + 50_000, count) - 1],
    );
  await postgres.query("analyze dao_opt_traces");
  const store = openPostgresTraces(postgres);
  for (let at = 0; at < 200; at++)
    store.addFeedback(`tr_${at * 4999}`, { rating: at / 200, at: "2026-11-20T11:00:00Z" });
  await store.flush();
  await postgres.query("analyze dao_opt_feedback");

  const filters: readonly (readonly [string, TraceFilter])[] = [
    ["none", {}],
    ["prompt", { prompt: "p7" }],
    ["a prompt's folder", { prompt: "main/" }],
    ["model", { model: "model-3" }],
    ["chat", { chatId: "chat50000" }],
    ["chain", { chainId: "chain50000" }],
    ["user", { user: "user77" }],
    ["environment", { environment: "prod" }],
    ["an error", { hasError: true }],
    ["a rating", { rating: { operator: "<", value: 0.5 } }],
    ["an hour", { since: "2023-11-14T23:00:00Z", until: "2023-11-15T00:00:00Z" }],
    ["user and error", { user: "user0", hasError: true }],
  ];
  for (const [name, filter] of filters) {
    const times: number[] = [];
    let found = 0;
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      found = 0;
      for await (const _trace of store.list(filter, { newestFirst: true })) if (++found === 50) break;
      times.push(performance.now() - started);
    }
    times.sort((one, other) => one - other);
    say(`newest 50 of ${count} by ${name}: ${times[2]?.toFixed(1)} ms (${found} found)`);
  }
  const started = performance.now();
  for (let at = 0; at < 20_000; at++)
    store.append({ traceId: `new${at}`, startedAt: "2026-11-20T10:00:00Z", output: "x".repeat(500) });
  await store.flush();
  say(`append: ${Math.round(20_000 / ((performance.now() - started) / 1000))} traces/s`);
  const once = performance.now();
  await store.find("tr_77777");
  say(`find by id: ${(performance.now() - once).toFixed(1)} ms`);
  await postgres.close();
} finally {
  await server.close();
}
