import { describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { issuesOf, readText } from "./read-text.ts";

const warningsOf = ({ warnings }: Config) => warnings.map(({ message }) => message);

describe("agents", () => {
  test("keys about running an agent are ignored and listed", async () => {
    const config = await readText(`
resources: { models: { small: &small { name: endpoint-small } } }
agents:
  a: { name: a, model: *small, prompt: "Be brief.\\n", internal: true, handoff: false, handoffs: [b], call_limit: 3 }
  b: { name: b, model: *small, prompt: "Be brief.\\n", pre_agent_hook: x.y, post_agent_hook: x.y }
`);
    expect(config.ignored).toEqual([
      "agents.a.call_limit",
      "agents.a.handoff",
      "agents.a.handoffs",
      "agents.a.internal",
      "agents.b.post_agent_hook",
      "agents.b.pre_agent_hook",
    ]);
  });
});
