import fc from "fast-check";
import { expect, test } from "vitest";
import { fenced, fenceFor } from "../../../src/optimizers/request/text-request.ts";

test("a plain text is fenced with three backticks", () => {
  expect(fenced("Say yes.")).toBe("```\nSay yes.\n```");
});

test("the title follows the opening fence, on one line and without backticks", () => {
  expect(fenced("Say yes.", "support#0:system")).toBe("```support#0:system\nSay yes.\n```");
  expect(fenced("Say yes.", " a\n```\r\nb` ")).toBe("```a b\nSay yes.\n```");
});

test("the fence is longer than any run of backticks inside", () => {
  expect(fenced("a ```` b")).toBe("`````\na ```` b\n`````");
  expect(fenceFor(["``", "`".repeat(9)])).toBe("`".repeat(10));
  expect(fenceFor([])).toBe("```");
});

test("no content can close its fence", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.nat(12).map((count) => "`".repeat(count)),
          fc.constant("\n"),
        ),
      ),
      (pieces) => {
        const text = pieces.join("");
        const lines = fenced(text).split("\n");
        const fence = lines.at(-1) ?? "";
        expect(lines[0]).toBe(fence);
        expect(lines.slice(1, -1).join("\n")).toBe(text);
        expect(text).not.toContain(fence);
      },
    ),
  );
});
