import { describe, expect, test } from "vitest";
import { errorOutput } from "../../../src/cli/output/error-output.ts";
import { describeError } from "../../../src/cli/terminal/describe-error.ts";
import { ConfigError, DatasetError, NotFoundError, StoreError } from "../../../src/core/errors.ts";

const plain = { look: { hasColor: false, hasSpinner: false, columns: 80 }, isDebug: false };
const issue = {
  file: "config.yaml",
  line: 14,
  column: 7,
  path: "a.b",
  message: "unknown key",
  hint: "did you mean c?",
};

describe("an error in words", () => {
  test("what happened, then what to do", () => {
    expect(describeError(new NotFoundError("run", "x", ["y", "z"]), plain)).toBe(
      'error: no run named "x"\n  → did you mean y or z?\n',
    );
    expect(describeError(new StoreError("disk gone"), plain)).toBe("error: disk gone\n");
  });

  test("one mistake in a line, several under a title", () => {
    expect(describeError(new ConfigError([issue]), plain)).toBe(
      "error: config.yaml:14:7  a.b: unknown key; did you mean c?\n",
    );
    expect(
      describeError(new ConfigError([issue, { file: "config.yaml", path: "", message: "is empty" }]), plain),
    ).toBe(
      "error: 2 problems in the config\n  config.yaml:14:7  a.b: unknown key; did you mean c?\n  config.yaml  is empty\n",
    );
    const issues = ["is empty", "is old"].map((message) => ({ file: "x.json", path: "", message }));
    expect(describeError(new ConfigError(issues, { subject: "the export" }), plain)).toBe(
      "error: 2 problems in the export\n  x.json  is empty\n  x.json  is old\n",
    );
  });

  test("rows by file and line, the first twenty of them", () => {
    const problems = Array.from({ length: 23 }, (_, at) => ({
      file: "rows.jsonl",
      line: at + 1,
      message: "no text",
    }));
    const lines = describeError(
      new DatasetError("23 rows cannot be used", problems, { hint: "mend them" }),
      plain,
    ).split("\n");
    expect(lines.slice(0, 2)).toEqual(["error: 23 rows cannot be used", "  rows.jsonl:1  no text"]);
    expect(lines.slice(20)).toEqual(["  rows.jsonl:20  no text", "  and 3 more", "  → mend them", ""]);
  });

  test("a bug shows its stack and asks to be reported; --debug shows that of the cause", () => {
    expect(describeError(new TypeError("x is undefined"), plain)).toMatch(
      /^bug TypeError: x is undefined\n\s+at (.|\n)*\n {2}this is a bug in dao-opt; please report it with the lines above\n$/,
    );
    expect(describeError("thrown text", plain)).toContain("bug thrown text\n");
    const shown = describeError(new StoreError("disk gone", { cause: new Error("EIO") }), {
      ...plain,
      isDebug: true,
    });
    expect(shown).toMatch(/StoreError: disk gone(.|\n)*caused by Error: EIO\n\s+at /);
  });
});

describe("an error as a document", () => {
  test("code, message, hint and every issue", () => {
    expect(errorOutput(new ConfigError([issue]))).toEqual({
      error: {
        code: "config_invalid",
        message: "config.yaml:14:7  a.b: unknown key; did you mean c?",
        hint: null,
        issues: [issue],
      },
    });
    expect(errorOutput(new DatasetError("bad rows", [{ file: "r", message: "no text" }]))).toMatchObject({
      error: { code: "dataset_invalid", issues: [{ file: "r", line: null, message: "no text" }] },
    });
  });

  test("any other error is reported as a bug, with a code of its own", () => {
    const foreign = Object.assign(new Error("no such file"), { code: "ENOENT" });
    expect(errorOutput(foreign).error).toMatchObject({ code: "bug", message: "no such file", issues: [] });
    expect(errorOutput(null).error).toMatchObject({ code: "bug", message: "null" });
  });
});
