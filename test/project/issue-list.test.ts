import { expect, test } from "vitest";
import { ConfigError, DatasetError, NotFoundError } from "../../src/core/errors.ts";
import { createIssueList } from "../../src/project/issue-list.ts";

const config = {
  file: "c.yaml",
  locate: (path: string) => (path === "b" ? { line: 2, column: 1 } : { line: 9, column: 3 }),
};

test("throws nothing without problems, and a single error unchanged", () => {
  const issues = createIssueList(config);
  issues.throwIfAny();
  const error = new DatasetError("bad rows", [{ file: "r", line: 1, message: "x" }]);
  issues.addError("a", error);
  issues.addError("b", new DatasetError("bad rows"));
  expect(() => issues.throwIfAny()).toThrow(error);
  expect(issues.problems).toEqual([error]);
});

test("combines several problems into one error, in file order", () => {
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

test("a message does not repeat the name at the end of its path", () => {
  const issues = createIssueList(config);
  issues.addError(
    "datasets.d",
    new DatasetError('d: no row has the column "x"\nd: 2 rows cannot be used\nr.csv:4  bad'),
  );
  issues.add("datasets.e", "d: stays");
  expect(issues.problems[0]).toMatchObject({ message: "d: stays" });
  expect(() => issues.throwIfAny()).toThrow(
    'c.yaml:9:3  datasets.d: no row has the column "x"\n2 rows cannot be used\nr.csv:4  bad',
  );
});

test("rows of a dataset have paths relative to the working folder, like the config's", () => {
  const issues = createIssueList({ ...config, file: "sub/c.yaml" });
  const problems = [
    { file: "../r.jsonl", line: 1, message: "x" },
    { file: "/data/r.jsonl", message: "y" },
  ];
  issues.addError("a", new DatasetError("bad rows\n../r.jsonl:1  x\n/data/r.jsonl  y", problems));
  expect(() => issues.throwIfAny(true)).toThrow(
    new ConfigError([
      { file: "sub/c.yaml", line: 9, column: 3, path: "a", message: "bad rows" },
      { file: "r.jsonl", line: 1, path: "", message: "x" },
      { file: "/data/r.jsonl", path: "", message: "y" },
    ]),
  );
});
