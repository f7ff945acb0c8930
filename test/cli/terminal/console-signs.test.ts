import { expect, test } from "vitest";
import { isAsciiConsole, withConsoleSigns } from "../../../src/cli/terminal/console-signs.ts";

test("signs fall back to ASCII only where the console needs it", () => {
  expect(withConsoleSigns("✓ 1 → 2 −0.1 – … ✕", { isAscii: true })).toBe("+ 1 -> 2 -0.1 - ~ x");
  expect(withConsoleSigns("✓ 1 → 2", {})).toBe("✓ 1 → 2");
});

test.each([
  [{}, "win32", true],
  [{ WT_SESSION: "1" }, "win32", false],
  [{ TERM_PROGRAM: "vscode" }, "win32", false],
  [{ TERM: "xterm-256color" }, "win32", false],
  [{ ConEmuTask: "{cmd::Cmder}" }, "win32", false],
  [{}, "linux", false],
  [{ LANG: "en_US.UTF-8" }, "linux", false],
  [{ LANG: "C.utf8", TERM: "xterm" }, "darwin", false],
  [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, "linux", true],
  [{ LANG: "de_DE.ISO-8859-1" }, "linux", true],
  [{ TERM: "linux", LANG: "en_US.UTF-8" }, "linux", true],
] as const)("%j on %s", (env, platform, isAscii) => {
  expect(isAsciiConsole(env, platform)).toBe(isAscii);
});
