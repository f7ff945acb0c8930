import { describe, expect, test } from "vitest";
import { flags } from "../../src/cli/flags.ts";

const { parse } = flags.timeout;

describe("durations", () => {
  test.each([
    ["20m", 1_200_000],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["250ms", 250],
    ["1.5h", 5_400_000],
    ["30", 30_000],
  ])("%s", (text, ms) => expect(parse(text)).toBe(ms));

  test.each(["", "0", "-5", "m", "20 minutes", "5d", "1h-30m"])("%j is refused", (text) =>
    expect(() => parse(text)).toThrow(
      `--timeout must be a duration such as 20m, 90s or 1h30m, got "${text}"`,
    ),
  );
});
