import { expect, test } from "vitest";
import { ConfigError, DatasetError, NotFoundError } from "../../src/core/errors.ts";
import { createIssueList } from "../../src/project/issue-list.ts";

const config = {
  file: "c.yaml",
  locate: (path: string) => (path === "b" ? { line: 2, column: 1 } : { line: 9, column: 3 }),
};

test("no problem throws nothing, a single error stays what it is", () => {
  const issues = createIssueList(config);
  issues.throwIfAny();
  const error = new DatasetError("bad rows", [{ file: "r", line: 1, message: "x" }]);
  issues.addError("a", error);
  issues.addError("b", new DatasetError("bad rows"));
  expect(() => issues.throwIfAny()).toThrow(error);
  expect(issues.problems).toEqual([error]);
});

test("several become one error, in the order of the file", () => {
  const issues = createIssueList(config);
  issues.addError("a", new NotFoundError("dataset", "x", ["y"]));
  issues.add("b", "is empty", "fill it");
  expect(() => issues.throwIfAny()).toThrow(
    new ConfigError([
      { file: "c.yaml", line: 2, column: 1, path: "b", message: "is empty", hint: "fill it" },
      {
        file: "c.yaml",
        line: 9,
        column: 3,
        path: "a",
        message: 'no dataset named "x"',
        hint: "did you mean y?",
      },
    ]),
  );
});
