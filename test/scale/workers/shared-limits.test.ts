import { afterEach, expect, it } from "vitest";
import { createSharedLimits } from "../../../src/queue/shared-limits.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** As many processes' limits as wanted, each with its own connections. */
function limitsOn(redis: RedisServer) {
  const limits = createSharedLimits((command) => command(), redis.connect(), redis.connect());
  closers.push(() => limits.close());
  return limits;
}

async function open(): Promise<RedisServer> {
  const redis = await startRedis();
  closers.push(() => redis.close());
  return redis;
}

const model = (limits: object) => ({ name: "m", provider: "openai", baseUrl: "https://a:b@llm/v1", limits });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it("keeps one ceiling over two processes, whatever the credentials are", async () => {
  const redis = await open();
  const [one, two] = [limitsOn(redis), limitsOn(redis)];
  const places = [
    one.adaptiveLimit(model({ concurrency: 3 }), 3),
    two.adaptiveLimit({ ...model({ concurrency: 3 }), baseUrl: "https://c:d@llm/v1" }, 3),
  ];
  let [now, most] = [0, 0];
  const task = async () => {
    now++;
    most = Math.max(most, now);
    await pause(10);
    now--;
  };
  await Promise.all(Array.from({ length: 40 }, (_, at) => places[at % 2]?.run(task)));
  expect(most).toBe(3);
});

it("halves for both after one refusal, and recovers", async () => {
  const redis = await open();
  const [one, two] = [limitsOn(redis), limitsOn(redis)].map((limits) => limits.adaptiveLimit(model({}), 8));
  let [now, most] = [0, 0];
  const during = async (work: () => void = () => {}) => {
    now++;
    most = Math.max(most, now);
    await pause(15);
    work();
    now--;
  };
  const all = (outcome: "answered" | "tooMany", count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, at) =>
        [one, two][at % 2]?.run((slot) => during(() => slot[outcome]())),
      ),
    );
  await all("tooMany", 8);
  // All eight refusals belong to one burst: the limit is half of what was in flight, once.
  most = 0;
  await all("answered", 8);
  expect(most).toBeLessThanOrEqual(5);
  await all("answered", 60);
  most = 0;
  await all("answered", 16);
  expect(most).toBeGreaterThan(5);
});

it("frees the slots of a process that died, after its lease", async () => {
  const redis = await open();
  const client = redis.connect();
  const dying = limitsOn(redis).adaptiveLimit(model({ concurrency: 1 }), 1);
  void dying.run(() => new Promise(() => {}));
  await expect.poll(async () => (await redis.keys()).filter((key) => key.endsWith(":slots"))).toHaveLength(1);
  const [slots = ""] = (await redis.keys()).filter((key) => key.endsWith(":slots"));
  // Time passes: what 15 s without a renewal do.
  for (const id of await client.zrange(slots, "0", "-1")) await client.zadd(slots, 1, id);
  const other = limitsOn(redis).adaptiveLimit(model({ concurrency: 1 }), 1);
  expect(await other.run(async () => "free")).toBe("free");
});

it("never lets two processes take more than a minute's allowance together", async () => {
  const redis = await open();
  const perMinute = 600;
  const buckets = [limitsOn(redis), limitsOn(redis)].map((limits) =>
    limits.rateBucket(model({ requestsPerMinute: perMinute }), "requests", perMinute),
  );
  const startedMs = performance.now();
  let taken = 0;
  const take = async (bucket: (typeof buckets)[number]) => {
    while (performance.now() - startedMs < 4_000) {
      await bucket.take(1);
      taken++;
    }
  };
  await Promise.all(buckets.map(take));
  // A burst of a tenth, then the rest of the minute's allowance in equal parts.
  const seconds = (performance.now() - startedMs) / 1000;
  expect(taken).toBeLessThanOrEqual(60 + ((perMinute - 59) / 60) * seconds + 2);
  expect(taken).toBeGreaterThan(60);
});

it("gives a waiting call back when it is stopped", async () => {
  const redis = await open();
  const limit = limitsOn(redis).adaptiveLimit(model({ concurrency: 1 }), 2);
  void limit.run(() => new Promise(() => {}));
  await pause(50);
  const controller = new AbortController();
  const waiting = limit.run(async () => "never", controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ kind: "aborted" });
});
