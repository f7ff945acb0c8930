import { expect, test } from "vitest";
import { asTyped } from "../../src/cli/context.ts";

const text = "run: `dao-opt runs list`\n  dao-opt report r_1 --state x\n(dao-opt 0.1.0, dao-opt/openai)";

test("colored commands too", () => {
  const colored = "\u001b[36mdao-opt report r_1\u001b[39m";
  expect(asTyped(colored, { env: { npm_command: "exec" } })).toBe(
    "\u001b[36mnpx dao-opt report r_1\u001b[39m",
  );
});

test("commands start with npx only if the tool was started by npx", () => {
  expect(asTyped(text, { env: {} })).toBe(text);
  for (const env of [{ npm_command: "exec" }, { npm_lifecycle_event: "npx" }]) {
    expect(asTyped(text, { env })).toBe(
      "run: `npx dao-opt runs list`\n  npx dao-opt report r_1 --state x\n(dao-opt 0.1.0, dao-opt/openai)",
    );
  }
});
