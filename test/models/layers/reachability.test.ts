import { expect, it } from "vitest";
import { createReachability } from "../../../src/models/layers/reachability.ts";
import { fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const endpoint = "http://127.0.0.1:1/v1";

function judged(steps: Parameters<typeof scriptedModel>[0], reachability = createReachability()) {
  return reachability.judge(endpoint)(reachability.watch(endpoint)(scriptedModel(steps)));
}

it("calls an endpoint unreachable that never answered", async () => {
  expect(await modelErrorOf(judged([fault("connection")]).complete(hello))).toMatchObject({
    kind: "unreachable",
    isFatal: true,
    message: "a fault of kind connection",
    hint: `no response from ${endpoint} so far: check that it is running and that base_url is correct`,
  });
});

it.each([
  ["with a text", "ok"],
  ["with a status", fault("server", { status: 500 })],
  ["with an empty answer", fault("empty")],
])("reports a broken connection as such after an answer %s", async (_, first) => {
  const model = judged([first, fault("connection")]);
  await model.complete(hello).catch(() => undefined);
  expect((await modelErrorOf(model.complete(hello))).kind).toBe("connection");
});

it("treats a timeout neither as an answer nor as unreachable", async () => {
  const model = judged([fault("timeout"), fault("connection")]);
  expect((await modelErrorOf(model.complete(hello))).kind).toBe("timeout");
  expect((await modelErrorOf(model.complete(hello))).kind).toBe("unreachable");
});

it("calls it unreachable at once, below the retries, if the connection is refused", async () => {
  const reachability = createReachability();
  const refused = fault("connection", { systemCode: "ECONNREFUSED" });
  const model = reachability.watch(endpoint)(scriptedModel([refused, "ok", refused]));
  expect(await modelErrorOf(model.complete(hello))).toMatchObject({ kind: "unreachable", isFatal: true });
  await model.complete(hello);
  expect(await modelErrorOf(model.complete(hello))).toMatchObject({ kind: "connection", isFatal: false });
});

it("keeps endpoints separate", async () => {
  const reachability = createReachability();
  await reachability
    .watch("http://other/v1")(scriptedModel(["ok"]))
    .complete(hello);
  expect((await modelErrorOf(judged([fault("connection")], reachability).complete(hello))).kind).toBe(
    "unreachable",
  );
});
