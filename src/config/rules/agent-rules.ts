import type { Tree } from "../tree.ts";
import { secretPaths } from "../values/secret-fields.ts";
import type { Rule } from "./rule.ts";

const ways = ["module", "command", "http"] as const;

const oneWayToRun: Rule = ({ references, problems }) => {
  for (const { path, written } of references.agent.things.values()) {
    if (written.run === undefined) continue;
    const given = ways.filter((way) => written.run?.[way] !== undefined);
    if (given.length === 1) continue;
    const depends = ways.map((way) => [...path, "run", way]);
    const message =
      given.length === 0 ? "does not define how to run the application" : `${given.join(" and ")} are set`;
    problems.report([...path, "run"], message, "set one of module, command or http", depends);
  }
};

/** Splitting at quotes needs a shell; a list is unambiguous. */
const commandIsPlain: Rule = ({ references, problems }) => {
  for (const { path, written } of references.agent.things.values()) {
    const command = written.run?.command;
    if (typeof command !== "string" || !/["'\\|&;<>$`*?]/.test(command)) continue;
    const hint = 'write it as a list with one item per argument: ["python", "my agent.py"]';
    problems.report(
      [...path, "run", "command"],
      "a command with quotes or shell characters cannot be split into words",
      hint,
    );
  }
};

/** The address and the tools become part of plans. */
const nothingSecret: Rule = ({ references, problems }) => {
  for (const { path, written } of references.agent.things.values()) {
    const { username, password } = new URL(written.run?.http ?? "http://localhost");
    if (username + password !== "")
      problems.report(
        [...path, "run", "http"],
        "contains a secret, which plans would show",
        "let the application read its key from its own environment",
      );
    for (const [at, tool] of written.tools.entries()) {
      if (typeof tool === "string" || tool.type !== "function") continue;
      for (const place of secretPaths(tool as Tree, [...path, "tools", String(at)]))
        problems.report(place, "a secret is not allowed here: plans and versions would show it", "remove it");
    }
  }
};

export const agentRules: readonly Rule[] = [oneWayToRun, commandIsPlain, nothingSecret];
