import { expect, test } from "vitest";
import { shownPath } from "../../src/project/resolve-plugins.ts";

test("a module's path is relative to the config's folder and the same on every machine", () => {
  expect(shownPath("/srv/team/engine.js", "/srv/team")).toBe("./engine.js");
  expect(shownPath("/srv/shared/engine.js", "/srv/team")).toBe("../shared/engine.js");
  expect(shownPath("gepa", "/srv/team")).toBe("gepa");
});
