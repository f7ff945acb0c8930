import { expect, test } from "vitest";
import { createReplyRecord } from "../../../src/optimizers/search/reply-record.ts";
import type { Attempt } from "../../../src/optimizers/search/rewrite-texts.ts";

const usable: Attempt = { kind: "refused", parents: [], reason: "the same text as its parent" };
const unusable: Attempt = { ...usable, isFirstRefused: true };
const failed: Attempt = { kind: "failed", failure: { cause: "model server 503", reason: "busy" } };

test.each<readonly [string, readonly Attempt[], boolean]>([
  ["no reply", [], false],
  ["one unusable reply", [unusable], false],
  ["two unusable replies", [unusable, unusable], true],
  ["two of four", [usable, unusable, usable, unusable], true],
  ["two of five", [usable, unusable, usable, unusable, usable], false],
  ["usable replies", [usable, usable, usable], false],
  ["calls without an answer, which say nothing about replies", [failed, failed, failed], false],
  ["such calls among unusable replies", [failed, unusable, failed, unusable, failed], true],
])("after %s, requests take the short form: %#", (_, attempts, isShort) => {
  const atOnce = createReplyRecord();
  atOnce.note(attempts);
  expect(atOnce.isShort).toBe(isShort);
  const oneByOne = createReplyRecord();
  for (const attempt of attempts) oneByOne.note([attempt]);
  expect(oneByOne.isShort).toBe(isShort);
});
