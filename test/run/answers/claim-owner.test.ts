import { expect, test } from "vitest";
import { newClaimOwner, shownOwner } from "../../../src/run/answers/claim-owner.ts";

test.each([
  ['build-3 {"token":"t","identity":{"pid":4711}}', "process 4711 on build-3"],
  ['build-3 {"token":"t"}', "a process on build-3"],
  ['\u001b[2Jx {"token":"t","identity":{"pid":"../1"}}', "a process on another machine"],
  ["", "a process on another machine"],
])("the owner %j is shown as %s", (name, shown) => expect(shownOwner(name)).toBe(shown));

test("an owner that cannot be looked up is not gone", () => {
  const own = newClaimOwner();
  expect(own.isGone(own.name)).toBe(false);
  for (const name of ["", "x", "x {}", 'x {"token":"t","identity":{"pid":-1,"space":"elsewhere"}}', "x null"])
    expect(own.isGone(name)).toBe(false);
});
