import { expect, it } from "vitest";
import { ModelError } from "../../../src/core/errors.ts";
import { errorGuard } from "../../../src/models/layers/attempt-layer.ts";
import { translateError } from "../../../src/models/openai/errors/openai-errors.ts";
import { modelSpec } from "../../support/model-specs.ts";
import { fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const guard = errorGuard((error) =>
  translateError(error, {
    spec: modelSpec(),
    who: "mine",
    mask: (text) => text.replaceAll("sk-123", "[secret]"),
  }),
);
const failureFor = (error: Error) => modelErrorOf(guard(scriptedModel([error])).complete(hello));

it("passes a ModelError on", async () => {
  const error = fault("empty");
  expect(await failureFor(error)).toBe(error);
});

it("recognizes a ModelError from another copy of the package", async () => {
  const foreign = Object.assign(new Error("slow down"), {
    name: "ModelError",
    kind: "rate_limit",
    retryAfterMs: 5,
    [Symbol.for("dao-opt.error")]: true,
  });
  const error = await failureFor(foreign);
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ kind: "rate_limit", retryAfterMs: 5, message: "slow down" });
});

it("reads the status of an error", async () => {
  expect(await failureFor(Object.assign(new Error("sk-123 is wrong"), { status: 401 }))).toMatchObject({
    kind: "auth",
    message: "mine returned 401: [secret] is wrong",
  });
});

it("treats a failed fetch as a failed connection", async () => {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  expect(await failureFor(new TypeError("fetch failed", { cause }))).toMatchObject({
    kind: "connection",
    message: "the connection to mine failed: connect ECONNREFUSED 127.0.0.1:1",
  });
});

it("turns anything else into an error of this call", async () => {
  expect(await failureFor(new RangeError("index 7"))).toMatchObject({
    kind: "bad_request",
    message: "mine failed: index 7",
  });
});
