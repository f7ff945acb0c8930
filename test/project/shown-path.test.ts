import { expect, test } from "vitest";
import { shownPath } from "../../src/project/resolve-plugins.ts";

test("a module is named from the config's folder, the same on every machine", () => {
  expect(shownPath("/srv/team/engine.js", "/srv/team")).toBe("./engine.js");
  expect(shownPath("/srv/shared/engine.js", "/srv/team")).toBe("../shared/engine.js");
  expect(shownPath("gepa", "/srv/team")).toBe("gepa");
});
