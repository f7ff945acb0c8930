import { expect, test } from "vitest";
import { folderFlags, shellWord } from "../../../src/cli/terminal/folder-flags.ts";

test("folders where a command looks anyway need no flag", () => {
  expect(folderFlags("/srv", { registry: "/srv/prompts", state: "/srv/.dao-opt" })).toEqual({
    registryFlag: "",
    stateFlag: "",
  });
});

test("other folders are named relative to the working folder", () => {
  expect(folderFlags("/srv", { registry: "/srv/team/prompts", state: "/state" })).toEqual({
    registryFlag: " --registry team/prompts",
    stateFlag: " --state ../state",
  });
});

test("the working folder itself is a dot, an unknown registry gets no flag", () => {
  expect(folderFlags("/srv", { state: "/srv" })).toEqual({ registryFlag: "", stateFlag: " --state ." });
});

test("a word with blanks or quotes stays one word for a shell", () => {
  expect(["main/default/x@2", "my prompts/x", "it's"].map(shellWord)).toEqual([
    "main/default/x@2",
    "'my prompts/x'",
    "'it'\\''s'",
  ]);
});
