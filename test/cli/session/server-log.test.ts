import { expect, test } from "vitest";
import { serverLog } from "../../../src/cli/session/serve-until-signal.ts";

test("server lines use the common log format", () => {
  const written: string[] = [];
  const stderr = { write: (text: string) => void written.push(text), isTerminal: false, columns: undefined };
  const plain = { hasColor: false, hasSpinner: false, columns: Number.POSITIVE_INFINITY };
  const log = serverLog({ stderr }, plain);
  log("p/b is omitted from lists: damaged");
  log("bug in GET /x: broken", "error");
  serverLog({ stderr }, { ...plain, hasColor: true })("careful");
  expect(written).toEqual([
    "warning: p/b is omitted from lists: damaged\n",
    "error: bug in GET /x: broken\n",
    "\u001B[33mwarning:\u001B[39m careful\n",
  ]);
});
