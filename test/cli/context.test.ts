import { describe, expect, test } from "vitest";
import { type CliContext, lookOf } from "../../src/cli/context.ts";

const look = (env: Record<string, string>, isTerminal = true, flags: Parameters<typeof lookOf>[2] = {}) =>
  lookOf(
    { env } as unknown as CliContext,
    { write: () => {}, isTerminal, columns: isTerminal ? 80 : undefined },
    flags,
  );

describe("look", () => {
  test("color, spinner and width on a terminal; none of them in a pipe, where nothing is wrapped", () => {
    expect(look({})).toEqual({ hasColor: true, hasSpinner: true, columns: 80 });
    expect(look({}, false)).toEqual({
      hasColor: false,
      hasSpinner: false,
      columns: Number.POSITIVE_INFINITY,
    });
    expect(look({ COLUMNS: "60" }, false).columns).toBe(60);
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }, { CI: "true" }, { FORCE_COLOR: "0" }])(
    "no colour with %j",
    (env) => expect(look(env).hasColor).toBe(false),
  );

  test("an empty NO_COLOR and CI=false have no effect", () => {
    expect(look({ NO_COLOR: "", CI: "false" })).toMatchObject({ hasColor: true, hasSpinner: true });
  });

  test("FORCE_COLOR colors a pipe, and --no-color overrides it", () => {
    expect(look({ FORCE_COLOR: "1" }, false).hasColor).toBe(true);
    expect(look({ FORCE_COLOR: "1" }, true, { color: false }).hasColor).toBe(false);
  });

  test.each([{ CI: "1" }, { TERM: "dumb" }])("no spinner with %j", (env) =>
    expect(look(env).hasSpinner).toBe(false),
  );

  test("no spinner with --no-progress", () =>
    expect(look({}, true, { progress: false }).hasSpinner).toBe(false));
});
