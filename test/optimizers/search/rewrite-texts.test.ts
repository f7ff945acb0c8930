import { describe, expect, it, test } from "vitest";
import type { Lab } from "../../../src/contracts/optimizer.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { TextRequest } from "../../../src/optimizers/request/text-request.ts";
import { rewriteTexts } from "../../../src/optimizers/search/rewrite-texts.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

const fence = "````";
const inFence = (text: string) => `Sure.\n${fence}\n${text}\n${fence}`;
const seed = { system: "Be brief.", user: "Case: {{case}}" };

function requestFor(name: string, over: Partial<TextRequest> = {}): TextRequest {
  return {
    messages: [
      { role: "system", content: "role" },
      { role: "user", content: `Rewrite ${name}.` },
    ],
    ...{ fence, variables: [], current: "", inputs: [], complete: (text) => text },
    ...over,
  };
}

const short = requestFor("user", { messages: [{ role: "user", content: "In short." }], isShort: true });

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

function order(
  lab: ReturnType<typeof labReplying>,
  names: readonly string[] = ["user"],
  over: Partial<TextRequest> = {},
  parents = [lab.seed],
) {
  return rewriteTexts(lab as Lab, {
    step: 2,
    by: "reflection",
    purpose: "propose",
    parents,
    settled: seed,
    requests: Object.fromEntries(names.map((name) => [name, requestFor(name, over)])),
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
        "That text cannot be used:\n\n- the text lost {{case}}\n\nWrite the complete new text again without these problems, between a line of ```` and a line of ````.",
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
  const lab = labReplying("I have made it shorter.", inFence("Now whole: {{case}}"));
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
  expect(await order(lab, ["user"], { variables: ["case"] })).toMatchObject({
    kind: "drafted",
    candidate: { texts: { user: "Look closely.\nCase: {{case}}" } },
  });
  expect(lab.events[0]).toEqual({ type: "reply-unfenced", step: 2 });
});

test("the parent's own text, ignoring whitespace, is asked to change once more and costs no rollouts", async () => {
  const lab = labReplying(inFence("  Case: {{case}}\n"), inFence("Case: {{case}}"));
  expect(await order(lab)).toEqual({
    kind: "refused",
    parents: [lab.seed],
    texts: seed,
    reason: "the same text as its parent",
    failure: { cause: "unchanged", reason: "the same text as its parent" },
    isFirstRefused: true,
  });
  expect(lab.calls).toEqual({ rollouts: 0, reflections: 2 });
  expect(lab.requests[1]?.messages.at(-1)?.content).toContain("- it equals the current instructions");
  expect(lab.events).toEqual([
    { type: "reply-refused", step: 2, cause: "unchanged", reason: "the same text as its parent" },
  ]);
});

test("a combination equal to one of its parents is not asked for again", async () => {
  const lab = labReplying(inFence("Look: {{case}}"), inFence("Look: {{case}}"));
  const first = await order(lab);
  const parents = first.kind === "drafted" ? [lab.seed, first.candidate] : [];
  expect(await order(lab, ["user"], { short }, parents)).toMatchObject({
    kind: "refused",
    failure: { cause: "unchanged" },
  });
  expect(lab.calls.reflections).toBe(2);
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
  const lab = labReplying("Sorry.", inFence("Look: {{case}}"), inFence("Be very brief."));
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

describe("with a short form", () => {
  const askedIn = (lab: ReturnType<typeof labReplying>) =>
    lab.requests.map(({ messages }) => messages.map(({ content }) => content).join("|"));
  const long = "role|Rewrite user.";
  const good = inFence("Look: {{case}}");

  it.each([
    ["unreadable", "I would rather not."],
    ["unchanged", inFence(seed.user)],
    ["an echo", inFence("Rewrite user.")],
    ["cut off", "CUT off in the mid"],
  ])("the next request is the short form if the reply is %s", async (_, reply) => {
    const lab = labReplying(reply, good);
    expect(await order(lab, ["user"], { short })).toMatchObject({ kind: "drafted" });
    expect(askedIn(lab)).toEqual([long, "In short."]);
  });

  test("which is sent three times at most", async () => {
    const lab = labReplying("Sorry.", "Sorry.", inFence(seed.user), "CUT");
    expect(await order(lab, ["user"], { short })).toEqual({
      kind: "refused",
      parents: [lab.seed],
      reason: "the reply was cut off by its length limit",
      failure: { cause: "cut_off", reason: "the reply was cut off by its length limit" },
      isFirstRefused: true,
    });
    expect(askedIn(lab)).toEqual([long, "In short.", "In short.", "In short."]);
    expect(lab.events.map((event) => "cause" in event && event.cause)).toEqual([
      "no_fence",
      "no_fence",
      "unchanged",
    ]);
  });

  test("a text that breaks the contract is discussed once, in the form that it answers", async () => {
    const discussed = /That text cannot be used:\n\n- the text lost \{\{case\}\}/;
    const lab = labReplying(inFence("Case."), good);
    expect(await order(lab, ["user"], { short })).toMatchObject({ kind: "drafted" });
    expect(askedIn(lab)[1]).toMatch(new RegExp(`^role\\|Rewrite user\\.[^]*${discussed.source}`));

    const later = labReplying("Sorry.", inFence("Case."), inFence("No case."), good);
    expect(await order(later, ["user"], { short })).toMatchObject({
      kind: "refused",
      failure: { cause: "contract: the text lost {{case}}" },
    });
    expect(askedIn(later)).toEqual([long, "In short.", expect.stringMatching(discussed)]);
  });

  test("the first reply alone decides whether the long form is of use", async () => {
    const second = labReplying("Sorry.", good);
    expect(await order(second, ["user"], { short })).toHaveProperty("isFirstRefused", true);
    const first = labReplying(good);
    expect(await order(first, ["user"], { short })).not.toHaveProperty("isFirstRefused");
    const same = labReplying(inFence(seed.user), good);
    expect(await order(same, ["user"], { short })).toHaveProperty("isFirstRefused", true);
  });
});
