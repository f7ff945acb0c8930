import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { librettoGroup } from "../../src/server/libretto-routes.ts";
import { createRecentKeys } from "../../src/server/recent-keys.ts";
import { recordOfTrace } from "../../src/traces/trace-record.ts";
import { type ServerWorld, startServer } from "../support/server-world.ts";

let world: ServerWorld;
beforeEach(async () => {
  world = await startServer({ groups: [librettoGroup] });
});
afterEach(() => world.server.close(0));

const headers = { "content-type": "application/json" };
const post = (path: string, body: object) =>
  world.send("POST", path, { headers, body: JSON.stringify(body) });
const event = {
  apiName: "emoji",
  apiKey: "any",
  params: { sport: "soccer" },
  promptTemplateText: "An emoji for {sport}",
  modelParameters: { model: "m" },
  response: "x",
  feedbackKey: "f1",
};

describe("Libretto's endpoints", () => {
  it.each(["", "/api", "/v1", "/libretto"])("answer below %j", async (base) => {
    const taken = await post(`${base}/event`, { ...event, promptEventId: "e1" });
    expect([taken.status, taken.json]).toEqual([200, { id: "e1", api_name: "emoji" }]);
    const rated = await post(`${base}/feedback`, { feedback_key: "f1", rating: 0.5, better_response: null });
    expect([rated.status, rated.json]).toEqual([200, { id: "f1" }]);
    const chain = await post(`${base}/v1/updateChain`, { id: "c1", result: { ok: true } });
    expect([chain.status, chain.json]).toEqual([200, { id: "c1" }]);
    expect(world.traces.kept).toMatchObject([
      { eventId: "e1", name: "emoji", feedbackKey: "f1", source: "libretto" },
      { chainId: "c1", output: '{"ok":true}', source: "libretto" },
    ]);
    expect(world.traces.feedback).toEqual([{ key: "f1", feedback: { rating: 0.5, at: expect.any(String) } }]);
  });

  it("set a default name and an id if they are missing", async () => {
    const { json } = await post("/event", { ...event, apiName: null });
    expect(json).toEqual({
      id: world.traces.kept[0]?.traceId,
      api_name: expect.stringMatching(/^an-emoji-for-sport-/),
    });
  });

  it("store an event once even if it is sent repeatedly", async () => {
    for (let time = 0; time < 3; time++) {
      expect((await post("/event", { ...event, promptEventId: "same" })).json).toMatchObject({ id: "same" });
    }
    expect(world.traces.kept).toHaveLength(1);
  });

  it("accept the whole trace of this project's client", async () => {
    const trace = {
      traceId: "tr_own",
      name: "n",
      eventId: "e2",
      messages: [{ role: "user", content: "x" }],
      usage: { inputTokens: 3 },
      startedAt: "2026-01-01T00:00:00.000Z",
    };
    await post("/event", { ...event, trace: recordOfTrace(trace) });
    expect(world.traces.kept).toEqual([trace]);
  });

  it("accept withdrawn feedback, and feedback with author and comment", async () => {
    await post("/feedback", { feedback_key: "f1", is_deleted: true, rating: null });
    await post("/feedback", { feedback_key: "f1", better_response: "y", comment: "no", by: "ann" });
    expect(world.traces.feedback).toEqual([
      { key: "f1", feedback: { isDeleted: true } },
      { key: "f1", feedback: { betterResponse: "y", comment: "no", by: "ann", at: expect.any(String) } },
    ]);
  });

  it("store no result if there is none", async () => {
    expect((await post("/v1/updateChain", { id: "c1", result: null })).status).toBe(200);
    expect(world.traces.kept).toEqual([]);
  });

  it.each([
    ["/feedback", { rating: 1 }],
    ["/feedback", { feedback_key: "f", rating: 2 }],
    ["/event", { params: 3 }],
    ["/v1/updateChain", {}],
  ])("refuse %s %o", async (path, body) => {
    expect((await post(path, body)).status).toBe(422);
    expect([...world.traces.kept, ...world.traces.feedback]).toEqual([]);
  });

  it.each([{}, { apiKey: "any", params: {}, feedbackKey: "f" }, { trace: {} }])(
    "refuse %o, which is no event",
    async (body) => {
      const { status, json } = await post("/event", body);
      const message = "not an event: it has no name (apiName), template or modelParameters";
      expect([status, json]).toMatchObject([400, { error: { code: "body_invalid", message } }]);
      expect(world.traces.kept).toEqual([]);
      // As Python's client writes one without a name and without a template.
      const bare = { apiName: null, params: {}, prompt: {}, modelParameters: { model: "m" }, response: "x" };
      expect((await post("/event", bare)).status).toBe(200);
    },
  );

  it("accept a server key in the body or a header, and store it nowhere", async () => {
    await world.server.close(0);
    world = await startServer({
      groups: [librettoGroup],
      apiKeys: [{ value: "the-key" }, { value: "look", isReadOnly: true }],
    });
    const status = async (apiKey: string | null, more = {}) =>
      (
        await world.send("POST", "/event", {
          headers: { ...headers, ...more },
          body: JSON.stringify({ ...event, apiKey }),
        })
      ).status;
    expect([await status("wrong"), await status(null), await status("look")]).toEqual([401, 401, 403]);
    expect([await status("the-key"), await status(null, { "x-api-key": "the-key" })]).toEqual([200, 200]);
    expect(world.traces.kept).toHaveLength(2);
    expect(JSON.stringify(world.traces.kept)).not.toContain("the-key");
  });
});

describe("createRecentKeys", () => {
  it("contains the latest keys", () => {
    const keys = createRecentKeys(2);
    expect([keys.add("a"), keys.add("a"), keys.add("b"), keys.add("c"), keys.add("a")]).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });
});
