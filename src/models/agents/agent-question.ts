import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AgentInput, AgentRunSpec } from "../../contracts/agent.ts";
import type { Address, AgentQuestion } from "../../contracts/answer-store.ts";
import { digestOf, digestOfText } from "../../core/data/digest.ts";

/** Everything known that decides an agent's answer. */
export function agentQuestion(
  run: AgentRunSpec,
  moduleDigest: string | undefined,
  input: AgentInput,
  repeat = 0,
): AgentQuestion {
  return {
    kind: "agent",
    run,
    ...(moduleDigest === undefined ? {} : { moduleDigest }),
    input,
    repeat,
  };
}

export function agentAddress(question: AgentQuestion): Address {
  return digestOf(question);
}

/** Digest of a module's file; undefined for what is not a file of ours to read. */
export async function moduleDigest(run: AgentRunSpec, directory: string): Promise<string | undefined> {
  return run.kind === "module"
    ? digestOfText(await readFile(resolve(directory, run.path), "utf8"))
    : undefined;
}
