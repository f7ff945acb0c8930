import { expect, test } from "vitest";
import { folderFlags } from "../../../src/cli/terminal/next-commands.ts";

const usual = { registryPath: "/srv/prompts", statePath: "/srv/.dao-opt" };

test("default folders need no flag", () => {
  expect(folderFlags("/srv", usual, usual)).toEqual({ registryFlag: "", stateFlag: "" });
});

test("other folders are named relative to the working folder", () => {
  const folders = { registryPath: "/srv/team/prompts", statePath: "/state" };
  expect(folderFlags("/srv", folders, usual)).toEqual({
    registryFlag: " --registry team/prompts",
    stateFlag: " --state ../state",
  });
});

test("folders set by config.yaml in the working folder need no flag; the working folder itself is printed as a dot", () => {
  const folders = { registryPath: "/srv/prompts", statePath: "/srv" };
  expect(folderFlags("/srv", folders, { registryPath: "/srv/kept", statePath: "/srv/here" })).toEqual({
    registryFlag: " --registry prompts",
    stateFlag: " --state .",
  });
});
