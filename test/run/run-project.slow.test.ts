import { test } from "vitest";
import { expectResumesAfterKills } from "./torn-journal.ts";

// Every second line, attempts and answers.
test("a run resumes after kill -9 at any record and only pays for what is missing", () =>
  expectResumesAfterKills(2));
