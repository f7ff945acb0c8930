import { test } from "vitest";
import { expectResumesAfterKills } from "./torn-journal.ts";

// Every second line: attempts and answers alike.
test("a run is resumed after kill -9 at any record, and only what is missing is paid", () =>
  expectResumesAfterKills(2));
