import { beforeEach, describe, expect, test } from "vitest";
import type { TraceFilter, TraceStore } from "../../src/contracts/trace-store.ts";
import { NotFoundError } from "../../src/core/errors.ts";
import type { Trace } from "../../src/core/trace.ts";

const start = Date.parse("2026-11-20T10:00:00.000Z");

/** A trace that began this many seconds after ten o'clock. */
export function traceAt(second: number, changes: Partial<Trace> = {}): Trace {
  const startedAt = new Date(start + second * 1000).toISOString();
  return { traceId: `t${second}`, startedAt, inputs: { text: `text ${second}` }, output: "fine", ...changes };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The contract of every trace store, whatever its storage. */
export function traceStoreSuite(name: string, open: (options: { now: () => Date }) => TraceStore): void {
  describe(name, () => {
    let store: TraceStore;
    let nowMs: number;

    beforeEach(() => {
      nowMs = start;
      store = open({ now: () => new Date(nowMs) });
    });

    const append = (...traces: readonly Trace[]) => {
      for (const trace of traces) store.append(trace);
    };
    const ids = async (filter?: TraceFilter, options?: { newestFirst?: boolean }) =>
      (await collect(store.list(filter, options))).map(({ traceId }) => traceId);

    test("without traces lists, finds and removes nothing", async () => {
      expect(await ids()).toEqual([]);
      expect(await store.find("t1")).toBeUndefined();
      expect(await store.remove({})).toBe(0);
      expect(await store.flush()).toEqual({ count: 0 });
    });

    test("ends a search that is not worth going on", async () => {
      append(...Array.from({ length: 2000 }, (_, at) => traceAt(at)));
      const seen: string[] = [];
      const list = store.list(
        { search: "not there" },
        {
          newestFirst: true,
          onSearched: (at) => {
            seen.push(at);
            return seen.length < 2;
          },
        },
      );
      expect(await collect(list)).toEqual([]);
      // A database may find out by itself that nothing matches.
      expect(seen.length).toBeLessThanOrEqual(2);
      expect(seen.toSorted().toReversed()).toEqual(seen);
    });

    test("returns appended traces at once", async () => {
      const trace = traceAt(1, {
        messages: [{ role: "user", content: "Hello" }],
        other: { of_elsewhere: [1, null] },
      });
      append(trace);
      expect(await store.find("t1")).toEqual(trace);
      expect(await collect(store.list())).toEqual([trace]);
    });

    test("returns one trace per id, the latest one, also when searched", async () => {
      append(traceAt(1, { output: "first", model: "a" }), traceAt(2), traceAt(1.5, { traceId: "t3" }));
      append(traceAt(3, { traceId: "t1", output: "again", model: "b" }), traceAt(2));
      store.addFeedback("t1", { rating: 1, at: "2026-11-20T11:00:00Z" });
      expect(await ids()).toEqual(["t3", "t2", "t1"]);
      expect(await ids({}, { newestFirst: true })).toEqual(["t1", "t2", "t3"]);
      const [last] = await collect(store.list({ ids: ["t1"] }));
      expect(last).toMatchObject({ output: "again", feedback: [{ rating: 1 }] });
      expect(await store.find("t1")).toEqual(last);
      expect(await ids({ model: "a" })).toEqual([]);
      expect(await store.remove({ ids: ["t1"] })).toBe(1);
      expect([await store.find("t1"), await ids()]).toEqual([undefined, ["t3", "t2"]]);
    });

    test("keeps a trace as it was when appended", async () => {
      const messages = [{ role: "user", content: "Hello" }];
      append(traceAt(1, { messages }));
      messages.push({ role: "assistant", content: "Hi" });
      expect((await store.find("t1"))?.messages).toEqual([{ role: "user", content: "Hello" }]);
    });

    test("lists by start, in either direction, whatever the order of appending", async () => {
      append(traceAt(5), traceAt(90_000), traceAt(2), traceAt(-90_000), traceAt(7));
      const inOrder = ["t-90000", "t2", "t5", "t7", "t90000"];
      expect(await ids()).toEqual(inOrder);
      expect(await ids({}, { newestFirst: true })).toEqual(inOrder.toReversed());
    });

    test("keeps the order of appending for equal times", async () => {
      append(...["c", "a", "b"].map((traceId) => traceAt(1, { traceId })));
      expect(await ids()).toEqual(["c", "a", "b"]);
    });

    test("keeps a chain in order when the clock goes back, even over midnight", async () => {
      const chain = (traceId: string) => {
        append({ ...traceAt(0, { traceId, chainId: "c" }), startedAt: new Date(nowMs).toISOString() });
        nowMs += 1000;
      };
      chain("one");
      chain("two");
      nowMs -= 3_600_000;
      chain("three");
      nowMs -= 36 * 3_600_000;
      chain("four");
      chain("five");
      expect(await ids({ chainId: "c" })).toEqual(["one", "two", "three", "four", "five"]);
      expect(await ids({}, { newestFirst: true })).toEqual(["five", "four", "three", "two", "one"]);
      expect((await store.find("four"))?.startedAt).toBe(new Date(nowMs - 2000).toISOString());
    });

    describe("filters", () => {
      beforeEach(() => {
        append(
          traceAt(1, {
            model: "gpt-4o",
            chatId: "chat 1",
            user: "ada",
            prompt: { path: "main/x", versionId: "prv_1" },
          }),
          traceAt(2, {
            model: "gpt-4o-mini",
            chatId: "chat/2",
            chainId: "é",
            environment: "prod",
            error: "no",
          }),
          traceAt(3, {
            prompt: { path: "main/default/x", version: 3 },
            parentId: "t1",
            metadata: { tenant: { id: 7 }, "a.b": "c", list: [{ x: 1 }] },
          }),
          traceAt(4, { name: "x", output: "Grüße AN alle", usage: { inputTokens: 12 }, error: "" }),
        );
      });

      test.each<[string, TraceFilter, readonly string[]]>([
        ["nothing", {}, ["t1", "t2", "t3", "t4"]],
        ["ids", { ids: ["t4", "t2", "none"] }, ["t2", "t4"]],
        ["since", { since: "2026-11-20T10:00:03Z" }, ["t3", "t4"]],
        ["since, of another zone", { since: "2026-11-20T11:00:03+01:00" }, ["t3", "t4"]],
        ["until", { until: "2026-11-20T10:00:03Z" }, ["t1", "t2"]],
        ["since a day", { since: "2026-11-21" }, []],
        ["model", { model: "gpt-4o" }, ["t1"]],
        ["chat", { chatId: "chat 1" }, ["t1"]],
        ["a chat with a slash", { chatId: "chat/2" }, ["t2"]],
        ["chain", { chainId: "é" }, ["t2"]],
        ["parent", { parentId: "t1" }, ["t3"]],
        ["user", { user: "ada" }, ["t1"]],
        ["environment", { environment: "prod" }, ["t2"]],
        ["an error", { hasError: true }, ["t2"]],
        ["no error", { hasError: false }, ["t1", "t3", "t4"]],
        ["a prompt's path", { prompt: "main/x" }, ["t1"]],
        ["a prompt's last name", { prompt: "x" }, ["t1", "t3", "t4"]],
        ["a prompt's folder", { prompt: "main/" }, ["t1", "t3"]],
        ["a prompt's version", { prompt: "prv_1" }, ["t1"]],
        ["a member", { where: { output: "fine" } }, ["t1", "t2", "t3"]],
        ["a deep member", { where: { "usage.input_tokens": 12 } }, ["t4"]],
        ["a number written as text", { where: { "prompt.version": "3" } }, ["t3"]],
        ["metadata", { where: { "tenant.id": 7 } }, ["t3"]],
        ["metadata by its whole path", { where: { "metadata.tenant": { id: 7 } } }, ["t3"]],
        ["a key with a dot", { where: { "a.b": "c" } }, ["t3"]],
        ["an item", { where: { "list.0.x": 1 } }, ["t3"]],
        ["two members", { where: { output: "fine", user: "ada" } }, ["t1"]],
        ["a word, whatever its case", { search: "grüsse" }, []],
        ["words", { search: "ALLE grüße" }, ["t4"]],
        ["words of the inputs", { search: "text 3" }, ["t3"]],
        ["two at once", { hasError: false, since: "2026-11-20T10:00:02Z", prompt: "x" }, ["t3", "t4"]],
      ])("by %s", async (_, filter, expected) => {
        expect(await ids(filter)).toEqual(expected);
        expect(await ids(filter, { newestFirst: true })).toEqual(expected.toReversed());
      });

      test.each<[NonNullable<TraceFilter["rating"]>, readonly string[]]>([
        [{ operator: "<", value: 0.5 }, ["t1"]],
        [{ operator: "<=", value: 0.2 }, ["t1"]],
        [{ operator: ">", value: 0.2 }, ["t2", "t3"]],
        [{ operator: ">=", value: 0.2 }, ["t1", "t2", "t3"]],
        [{ operator: "=", value: 1 }, ["t2"]],
        [{ operator: "!=", value: 1 }, ["t1", "t3"]],
      ])("by the last rating %j", async (rating, expected) => {
        const at = "2026-11-20T11:00:00Z";
        store.addFeedback("t1", { rating: 0.9, at });
        store.addFeedback("t1", { rating: 0.2, at });
        store.addFeedback("t1", { comment: "says nothing of a rating", at });
        store.addFeedback("t2", { rating: 1, at });
        store.addFeedback("t3", { rating: 0.5, at });
        expect(await ids({ rating })).toEqual(expected);
      });

      test.each([
        ["gpt-4o", ["t1", "t5"]],
        ["gpt-4o-2024-08-06", ["t5"]],
        ["gpt-4o-mini", ["t2", "t6"]],
        ["deployment/7", ["t6"]],
      ])(
        "accept %s for the requested model, the answering one, and its dated name",
        async (model, expected) => {
          append(
            traceAt(5, { model: "gpt-4o-2024-08-06" }),
            traceAt(6, { model: "deployment/7", providerRequest: { model: "gpt-4o-mini" } }),
          );
          expect(await ids({ model })).toEqual(expected);
        },
      );

      test("reject an invalid time", async () => {
        await expect(ids({ since: "yesterday" })).rejects.toThrow('since: "yesterday" is not a date');
      });
    });

    describe("feedback", () => {
      const at = "2026-11-20T11:00:00.000Z";

      test("joins the trace by the trace's id, its event id or its feedback key", async () => {
        append(traceAt(1, { eventId: "e1", feedbackKey: "f1" }));
        store.addFeedback("t1", { rating: 0.2, at });
        store.addFeedback("e1", { betterResponse: "better", at, by: "ada" });
        store.addFeedback("f1", { comment: "why", at });
        const feedback = [
          { rating: 0.2, at },
          { betterResponse: "better", at, by: "ada" },
          { comment: "why", at },
        ];
        expect((await store.find("t1"))?.feedback).toEqual(feedback);
        expect((await store.find("e1"))?.traceId).toBe("t1");
        expect((await collect(store.list()))[0]?.feedback).toEqual(feedback);
      });

      test("may come before its trace", async () => {
        store.addFeedback("f1", { rating: 1, at });
        await store.flush();
        append(traceAt(1, { feedbackKey: "f1" }));
        expect((await store.find("f1"))?.feedback).toEqual([{ rating: 1, at }]);
      });

      test("is listed after earlier feedback of the trace", async () => {
        append(traceAt(1, { feedback: [{ rating: 0, at }] }));
        store.addFeedback("t1", { rating: 1, at });
        expect((await store.find("t1"))?.feedback?.map(({ rating }) => rating)).toEqual([0, 1]);
      });

      test.each([{ isDeleted: true as const }, { at }])("is removed by %j", async (nothing) => {
        append(traceAt(1, { feedback: [{ rating: 0, at }] }));
        store.addFeedback("t1", { rating: 0.5, at });
        store.addFeedback("t1", nothing);
        expect((await store.find("t1"))?.feedback).toBeUndefined();
        store.addFeedback("t1", { rating: 0.7, at });
        expect((await store.find("t1"))?.feedback).toEqual([{ rating: 0.7, at }]);
      });
    });

    describe("amend", () => {
      test("replaces fields, and searches use the amended trace", async () => {
        append(traceAt(1, { chatId: "before" }), traceAt(2));
        const amended = await store.amend("t1", { output: "other", chatId: "after", other: { extra: 1 } });
        expect(amended).toEqual(traceAt(1, { output: "other", chatId: "after", other: { extra: 1 } }));
        await store.amend("t1", { error: "late" });
        expect(await store.find("t1")).toEqual({ ...amended, error: "late" });
        expect(await ids({ chatId: "after" })).toEqual(["t1"]);
        expect(await ids({ chatId: "before" })).toEqual([]);
        expect(await ids({ hasError: true })).toEqual(["t1"]);
      });

      test("of the start moves the trace", async () => {
        append(traceAt(1), traceAt(2), traceAt(3));
        await store.amend("t1", { startedAt: traceAt(200_000).startedAt });
        await store.amend("t3", { startedAt: traceAt(1.5).startedAt });
        expect(await ids({ since: "2026-11-21" })).toEqual(["t1"]);
        expect(await ids({ until: "2026-11-21" })).toEqual(["t3", "t2"]);
      });

      test("of an event id or feedback key makes it findable by the new value", async () => {
        append(traceAt(1), traceAt(2));
        await store.amend("t1", { eventId: "late" });
        expect((await store.find("late"))?.traceId).toBe("t1");
        store.addFeedback("late", { rating: 1, at: "2026-11-20T11:00:00Z" });
        expect(await ids({ rating: { operator: "=", value: 1 } })).toEqual(["t1"]);
      });

      test("of an unknown trace reports it, with similar ids", async () => {
        append(traceAt(1, { traceId: "trace_abc" }));
        const refused = store.amend("trace_abd", { output: "x" });
        await expect(refused).rejects.toBeInstanceOf(NotFoundError);
        await expect(refused).rejects.toMatchObject({ near: ["trace_abc"] });
      });
    });

    describe("remove", () => {
      test("removes matching traces with their feedback, and nothing else", async () => {
        append(traceAt(1, { eventId: "e1" }), traceAt(2), traceAt(3), traceAt(200_000));
        store.addFeedback("e1", { rating: 0, at: "2026-11-20T11:00:00Z" });
        store.addFeedback("t2", { rating: 1, at: "2026-11-20T11:00:00Z" });
        expect(await store.remove({ ids: ["t1", "t200000", "none"] })).toBe(2);
        expect(await ids()).toEqual(["t2", "t3"]);
        append(traceAt(1, { eventId: "e1" }));
        expect((await store.find("t1"))?.feedback).toBeUndefined();
        expect((await store.find("t2"))?.feedback).toHaveLength(1);
        expect(await store.remove({ rating: { operator: "=", value: 1 } })).toBe(1);
        expect(await store.remove({})).toBe(2);
        expect(await ids()).toEqual([]);
      });
    });

    test("counts appends after closing as lost", async () => {
      append(traceAt(1));
      expect(await store.close()).toEqual({ count: 0 });
      append(traceAt(2));
      store.addFeedback("t1", { rating: 1, at: "2026-11-20T11:00:00Z" });
      expect(await store.flush()).toEqual({ count: 2, reason: "the trace store was closed" });
      expect(await ids()).toEqual(["t1"]);
    });

    test("counts invalid JSON as lost and continues", async () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      append(
        traceAt(1, { metadata: circle as never }),
        traceAt(2, { metadata: { big: 1n } as never }),
        traceAt(3),
      );
      expect(await store.flush()).toMatchObject({ count: 2, reason: expect.stringContaining("JSON") });
      expect(await ids()).toEqual(["t3"]);
    });

    test("keeps no payloads of a trace that must not be saved", async () => {
      append(
        traceAt(1, {
          saved: false,
          messages: [{ role: "user", content: "secret" }],
          model: "m",
          providerResponse: {},
        }),
      );
      const { startedAt } = traceAt(1);
      expect(await store.find("t1")).toEqual({ traceId: "t1", startedAt, saved: false, model: "m" });
    });
  });
}
