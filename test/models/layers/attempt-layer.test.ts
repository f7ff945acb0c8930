import { describe, expect, it } from "vitest";
import type { AttemptLog } from "../../../src/contracts/answer-store.ts";
import type { ModelErrorDetails } from "../../../src/core/errors.ts";
import { attemptLayer } from "../../../src/models/layers/attempt-layer.ts";
import { createAnswerLengths } from "../../../src/models/limits/answer-lengths.ts";
import { modelSpec } from "../../support/model-specs.ts";
import { fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const address = "a1";

/** Everything passed to the log, in order. */
function recordingLog() {
  const entries: unknown[] = [];
  const log: AttemptLog = {
    sending: async (of, attempt) => void entries.push(["sending", of, attempt]),
    ended: (of, billed) => void entries.push(["ended", of, billed]),
  };
  return { log, entries };
}

const layer = (log: AttemptLog | undefined, isFallback = false) =>
  attemptLayer({
    spec: modelSpec({ name: "small", parameters: { maxTokens: 50 } }),
    lengths: createAnswerLengths(),
    log,
    isFallback,
  });

describe("an attempt", () => {
  it("is logged before it is sent, with an estimate", async () => {
    const { log, entries } = recordingLog();
    const model = scriptedModel(() => {
      entries.push("asked");
      return "ok";
    });
    await layer(log)(model).complete({ ...hello, address });
    const estimate = { inputTokens: 2, outputTokens: 50 };
    expect(entries).toEqual([["sending", address, { estimate }], "asked"]);
  });

  it("of a fallback names it", async () => {
    const { log, entries } = recordingLog();
    await layer(log, true)(scriptedModel(["ok"])).complete({ ...hello, address });
    expect(entries).toMatchObject([["sending", address, { answeredBy: "small" }]]);
  });

  it.each<[string, Partial<ModelErrorDetails>, unknown[]]>([
    ["rate_limit", { status: 429 }, [["ended", address, undefined]]],
    ["server", { status: 503 }, [["ended", address, undefined]]],
    ["connection", { systemCode: "ECONNREFUSED" }, [["ended", address, undefined]]],
    // Billed attempts are reported, and closed with their cost, by the layers above.
    ["server", { status: 500 }, []],
    ["timeout", {}, []],
    ["connection", { systemCode: "ECONNRESET" }, []],
  ])("that ends as %s %j is closed here only if it costs nothing", async (kind, details, closed) => {
    const { log, entries } = recordingLog();
    const model = layer(log)(scriptedModel([fault(kind as never, details as never)]));
    await modelErrorOf(model.complete({ ...hello, address }));
    expect(entries.slice(1)).toEqual(closed);
  });

  it("is not sent if the run was stopped while it was being logged", async () => {
    const controller = new AbortController();
    const { log, entries } = recordingLog();
    const stopping: AttemptLog = { ...log, sending: async () => controller.abort() };
    const model = scriptedModel(["unasked"]);
    const lost: unknown[] = [];
    const request = {
      ...hello,
      address,
      signal: controller.signal,
      onUnused: (one: unknown) => lost.push(one) > 0,
    };
    expect((await modelErrorOf(layer(stopping)(model).complete(request))).kind).toBe("aborted");
    expect([model.requests.length, lost.length]).toEqual([0, 0]);
    expect(entries).toEqual([["ended", address, undefined]]);
  });

  it("that is dropped because the run stops was sent, and may be billed", async () => {
    const model = scriptedModel([fault("aborted"), fault("aborted")]);
    for (const log of [undefined, recordingLog().log]) {
      const error = await modelErrorOf(layer(log)(model).complete({ ...hello, address }));
      expect([error.kind, error.billing]).toEqual(["aborted", "lost"]);
    }
  });

  it("is estimated from earlier answers once there are ten", async () => {
    const { log, entries } = recordingLog();
    let answers = 0;
    const model = scriptedModel(() => ({ text: "ok", usage: { inputTokens: 1, outputTokens: ++answers } }));
    const logged = layer(log)(model);
    for (let at = 0; at < 21; at++) await logged.complete({ ...hello, address });
    const estimates = entries.map(
      (one) => (one as [string, string, { estimate: { outputTokens: number } }])[2].estimate,
    );
    expect(estimates[9]).toMatchObject({ outputTokens: 50 });
    expect(estimates[20]?.outputTokens).toBe(10);
  });
});
