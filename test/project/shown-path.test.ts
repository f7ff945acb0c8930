import { expect, test } from "vitest";
import { shownPath } from "../../src/project/shown-path.ts";

test("a module is named from the config's folder, the same on every machine", () => {
  expect(shownPath("/work/team/engine.js", "/work/team")).toBe("./engine.js");
  expect(shownPath("/work/shared/engine.js", "/work/team")).toBe("../shared/engine.js");
  expect(shownPath("gepa", "/work/team")).toBe("gepa");
});
