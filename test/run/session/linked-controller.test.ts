import { expect, test } from "vitest";
import { linkedController } from "../../../src/run/session/interrupts.ts";

test("is aborted by its parent with the parent's reason", () => {
  const parent = new AbortController();
  const linked = linkedController(parent.signal);
  parent.abort("why");
  expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, "why"]);
  expect(linkedController(parent.signal).signal.reason).toBe("why");
});

test("does not abort its parent", () => {
  const parent = new AbortController();
  const linked = linkedController(parent.signal);
  linked.abort("mine");
  expect([linked.signal.reason, parent.signal.aborted]).toEqual(["mine", false]);
});

test("is no longer aborted after unlink", () => {
  const parent = new AbortController();
  const linked = linkedController(parent.signal);
  linked.unlink();
  parent.abort();
  expect(linked.signal.aborted).toBe(false);
});
