import { expect, test } from "vitest";
import type { Lab } from "../../../src/contracts/optimizer.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { textRequest } from "../../../src/optimizers/request/text-request.ts";
import { rewriteTexts } from "../../../src/optimizers/search/rewrite-texts.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

const fence = "````";
const inFence = (text: string) => `Sure.\n${fence}\n${text}\n${fence}`;
const seed = { system: "Be brief.", user: "Case: {{case}}" };

/** A lab whose reflection model gives these replies in order. */
function labReplying(...replies: readonly (string | Error)[]) {
  let turn = 0;
  return createSimulatedLab({
    seed,
    rollout: () => ({}),
    contract: ({ user = "" }) => (user.includes("{{case}}") ? [] : ["the text lost {{case}}"]),
    reflector() {
      const reply = replies[turn++] ?? "";
      if (reply instanceof Error) throw reply;
      return { text: reply, isCutOff: reply.startsWith("CUT") };
    },
  });
}

function order(lab: ReturnType<typeof labReplying>, names: readonly string[] = ["user"]) {
  return rewriteTexts(lab as Lab, {
    step: 2,
    by: "reflection",
    purpose: "propose",
    parents: [lab.seed],
    settled: seed,
    requests: Object.fromEntries(
      names.map((name) => [name, textRequest("role", [`Rewrite ${name}.`], fence)]),
    ),
  });
}

test("a new text becomes a reported candidate", async () => {
  const lab = labReplying(inFence("Look closely. Case: {{case}}"));
  const attempt = await order(lab);
  const texts = { ...seed, user: "Look closely. Case: {{case}}" };
  expect(attempt).toMatchObject({ kind: "drafted", candidate: { texts, parents: [lab.seed.id] } });
  expect(lab.events).toEqual([
    {
      type: "candidate-proposed",
      step: 2,
      candidate: lab.candidates[1]?.id,
      parents: [lab.seed.id],
      texts,
      by: "reflection",
    },
  ]);
});

test("a text that breaks the contract is requested once more, with the reason", async () => {
  const lab = labReplying(inFence("Case."), inFence("Mended: {{case}}"));
  expect(await order(lab)).toMatchObject({
    kind: "drafted",
    candidate: { texts: { user: "Mended: {{case}}" } },
  });
  expect(lab.requests[1]?.messages.slice(2)).toEqual([
    { role: "assistant", content: inFence("Case.") },
    {
      role: "user",
      content:
        "That text cannot be used:\n\n- the text lost {{case}}\n\nWrite the complete new text again, with that mended, in one fenced block between lines of 4 backticks.",
    },
  ]);
});

test("a second broken text ends the attempt without a third call", async () => {
  const lab = labReplying(inFence("Case."), inFence("Still no case."));
  expect(await order(lab)).toMatchObject({
    kind: "refused",
    reason: "the text lost {{case}}",
    texts: { user: "Still no case." },
    failure: { cause: "contract: the text lost {{case}}" },
  });
  expect(lab.calls.reflections).toBe(2);
});

test("an unreadable reply is requested once more, with the reason", async () => {
  const lab = labReplying("Just make it shorter.", inFence("Now whole: {{case}}"));
  expect(await order(lab)).toMatchObject({ kind: "drafted" });
  expect(lab.requests[1]?.messages.at(-1)?.content).toContain("- the reply holds no fenced block");
  expect(lab.events[0]).toEqual({
    type: "reply-refused",
    step: 2,
    cause: "no_fence",
    reason: "the reply holds no fenced block",
  });
});

test("a cut-off reply is not requested again with the same limit", async () => {
  const lab = labReplying("CUT off in the mid");
  expect(await order(lab)).toMatchObject({ kind: "refused", failure: { cause: "cut_off" } });
  expect(lab.calls.reflections).toBe(1);
});

test("a reply without a fence that is clearly the whole text is used and counted", async () => {
  const lab = labReplying("Look closely.\nCase: {{case}}");
  const order_ = rewriteTexts(lab as Lab, {
    step: 1,
    by: "reflection",
    purpose: "propose",
    parents: [lab.seed],
    settled: seed,
    requests: { user: textRequest("role", ["Rewrite."], fence, ["case"]) },
  });
  expect(await order_).toMatchObject({
    kind: "drafted",
    candidate: { texts: { user: "Look closely.\nCase: {{case}}" } },
  });
  expect(lab.events[0]).toEqual({ type: "reply-unfenced", step: 1 });
});

test("the parent's own text is rejected for free, ignoring whitespace, and not counted as a failure", async () => {
  const lab = labReplying(inFence("  Case: {{case}}\n"));
  expect(await order(lab)).toEqual({
    kind: "refused",
    parents: [lab.seed],
    texts: { ...seed, user: "  Case: {{case}}\n" },
    reason: "the same text as its parent",
  });
  expect(lab.calls).toEqual({ rollouts: 0, reflections: 1 });
});

test("a text tried before is rejected for free", async () => {
  const lab = labReplying(inFence("Again: {{case}}"), inFence("Again: {{case}}"));
  await order(lab);
  expect(await order(lab)).toMatchObject({
    kind: "refused",
    reason: "the same text as an earlier candidate",
  });
});

test("of several texts, only the unreadable one is requested again", async () => {
  const lab = labReplying("no fence", inFence("Look: {{case}}"), inFence("Be very brief."));
  expect(await order(lab, ["system", "user"])).toMatchObject({
    kind: "drafted",
    candidate: { texts: { system: "Be very brief.", user: "Look: {{case}}" } },
  });
  expect(lab.calls.reflections).toBe(3);
});

test("a model without an answer counts as a failure; a wrong key ends the search", async () => {
  const busy = new ModelError("busy", { kind: "server", status: 503 });
  expect(await order(labReplying(busy))).toEqual({
    kind: "failed",
    failure: { cause: "model server 503", reason: "busy", error: busy },
  });
  const wrong = new ModelError("wrong key", { kind: "auth", status: 401 });
  await expect(order(labReplying(wrong))).rejects.toBe(wrong);
});
