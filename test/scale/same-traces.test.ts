import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LiveTraceStore, TraceFilter } from "../../src/contracts/trace-store.ts";
import type { Trace } from "../../src/core/trace.ts";
import { connectPostgres, type Postgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { prepareSchema } from "../../src/postgres/prepare-schema.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { openPostgresTraces } from "../../src/traces/postgres/open-postgres-traces.ts";
import { tracesSchema } from "../../src/traces/postgres/trace-schema.ts";
import { temporaryFolder } from "../registry/temporary-folder.ts";
import { collect, traceAt } from "../suites/trace-store.ts";
import { arbitraryTrace } from "../traces/arbitrary-trace.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
let postgres: Postgres;
beforeAll(async () => {
  server = await startPostgres();
  await server.admin("create database latin encoding 'LATIN1' locale 'C' template template0");
  const url = (await server.createDatabase()).replace(/[^/]+$/, "latin");
  postgres = await connectPostgres(readPostgresAddress(url, {}, "state.traces"));
  await prepareSchema(postgres, tracesSchema);
});
afterAll(async () => {
  await postgres.close();
  await server.close();
});

const long = "é".repeat(450);
const texts = [
  ...["a", "b", "A", "", " ", "a_b", "a%b", "a\\b", "a\0b", "ab", "\ud800", "\udfff", "日本", "\\u00e9", "é"],
  ...[`${long}1`, `${long}2`, long, "x".repeat(5000), "😀".repeat(201), '"', "a\nb", "null", "1", "K"],
];
const text = fc.constantFrom(...texts);
const model = fc.constantFrom(
  "gpt-4o",
  "gpt-4o-2024-08-06",
  "gpt-4o-mini",
  "gpt_4o",
  "é",
  `${long}-2024`,
  long,
);
const path = fc.constantFrom(
  "main/default/p",
  "default/p",
  "p",
  "main/p_",
  "main/p%",
  "é/p",
  `${long}/p`,
  `p/${long}`,
);

/** Realistic values over arbitrary ones, so that filters match some. */
const someTrace: fc.Arbitrary<Trace> = fc
  .tuple(
    // Large: one in twenty is enough.
    fc
      .option(arbitraryTrace, { freq: 1, nil: undefined })
      .chain((odd) => fc.nat(19).map((draw) => (draw === 0 ? odd : undefined))),
    fc.record(
      {
        chatId: text,
        chainId: text,
        parentId: text,
        user: text,
        environment: text,
        eventId: text,
        feedbackKey: text,
        name: fc.oneof(text, path),
        model,
        providerRequest: fc.oneof(fc.record({ model }), text),
        prompt: fc.record({ path, versionId: fc.constantFrom("prv_1", "prv_2", `prv_${long}`) }),
        error: fc.constantFrom("", "failed"),
        output: text,
        inputs: fc.record({ text, "a.b": text }),
        metadata: fc.record({ plan: text, count: fc.nat(3) }),
      },
      { requiredKeys: [] },
    ),
    fc.integer({ min: -100_000, max: 100_000 }),
  )
  .map(([odd, usual, second]) => {
    const { feedback: _given, saved: _saved, ...rest } = odd ?? { traceId: "" };
    return { ...rest, ...usual, startedAt: traceAt(second).startedAt };
  });

const someFilter: fc.Arbitrary<TraceFilter> = fc.record(
  {
    chatId: text,
    chainId: text,
    parentId: text,
    user: text,
    environment: text,
    model: fc.oneof(model, text),
    prompt: fc.oneof(path, fc.constantFrom("main/", "é/", `${long}/`, "prv_1", `prv_${long}`, "/", ""), text),
    hasError: fc.boolean(),
    since: fc.integer({ min: -120_000, max: 120_000 }).map((second) => traceAt(second).startedAt),
    until: fc.integer({ min: -120_000, max: 120_000 }).map((second) => traceAt(second).startedAt),
    search: fc.oneof(text, fc.constantFrom("A b", "k", "NULL", "u00e9")),
    rating: fc.record({
      operator: fc.constantFrom("<", "<=", ">", ">=", "=", "!="),
      value: fc.constantFrom(0, 0.5, 1),
    }),
    where: fc.constantFrom({ plan: "a" }, { "metadata.count": 1 }, { "inputs.text": "a\0b" }, { count: "2" }),
  } as never,
  { requiredKeys: [] },
) as fc.Arbitrary<TraceFilter>;

const seed = 4170;

test("a thousand odd traces are found by the same filters as in a folder, in a database without Unicode", async () => {
  const traces = fc.sample(someTrace, { numRuns: 1000, seed }).map((trace, at) => ({
    ...trace,
    traceId: at < texts.length ? `id-${texts[at]}` : `t${at}`,
  }));
  const folder = openTraceStore({
    folder: join(temporaryFolder(), "traces"),
    clock: { now: () => new Date(traceAt(200_000).startedAt) },
  });
  const database = openPostgresTraces(postgres, {
    clock: { now: () => new Date(traceAt(200_000).startedAt) },
  });
  const both = [folder, database] as const;
  const onBoth = async <Result>(work: (store: LiveTraceStore) => Promise<Result>): Promise<Result> => {
    const [inFolder, inDatabase] = [await work(folder), await work(database)];
    expect(inDatabase).toEqual(inFolder);
    return inFolder;
  };
  for (const trace of traces) for (const store of both) store.append(trace);
  expect(await onBoth((store) => store.flush())).toEqual({ count: 0 });
  for (const [at, key] of [...texts, "t100", "t101", "t102"].entries())
    for (const store of both)
      store.addFeedback(at % 2 === 0 ? key : `id-${key}`, {
        rating: (at % 3) / 2,
        at: traceAt(at).startedAt,
      });
  for (const store of both) {
    store.amendLater("t200", { user: "日本", output: "changed", error: "late" });
    await store.amend("t201", { chatId: `${long}2`, model: "gpt-4o-2024-08-06" });
  }
  await onBoth((store) => store.flush());
  const filters = fc.sample(someFilter, { numRuns: 4, seed }).flatMap((filter) => [
    filter,
    // Single conditions match more than all of them at once.
    ...Object.entries(filter).map(([name, value]) => ({ [name]: value })),
  ]);
  const compare = async (filter: TraceFilter, newestFirst = false) =>
    (
      await onBoth(async (store) =>
        (await collect(store.list(filter, { newestFirst }))).map(({ traceId }) => traceId),
      )
    ).length;
  expect(await compare({})).toBe(1000);
  expect(await compare({}, true)).toBe(1000);
  let found = 0;
  for (const filter of filters) found += await compare(filter);
  expect(found).toBeGreaterThan(filters.length);
  for (const key of [...texts.map((one) => `id-${one}`), "t7", "t_"])
    await onBoth((store) => store.find(key));
  for (const filter of [{ ids: [`id-${long}1`] }, { chatId: "a\0b" }, { hasError: true, user: `${long}1` }]) {
    expect(await onBoth((store) => store.remove(filter))).toBeGreaterThan(0);
    await compare({});
  }
}, 240_000);

test("a trace that the database refuses is the only one lost", async () => {
  await postgres.query("truncate dao_opt_traces, dao_opt_feedback");
  await postgres.query("alter table dao_opt_traces add constraint small check (length(record::text) < 1000)");
  const store = openPostgresTraces(postgres);
  for (let at = 0; at < 700; at++)
    store.append(traceAt(at, { output: at % 300 === 7 ? "x".repeat(2000) : "" }));
  expect(await store.flush()).toMatchObject({ count: 3, reason: expect.stringContaining("small") });
  expect(await collect(store.list())).toHaveLength(697);
});
