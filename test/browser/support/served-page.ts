import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../../support/server-world.ts";

/** What a hostile prompt, trace or note may hold; nothing of it may run or be read as markup. */
const hostileText = `</textarea><script>alert(1)</script><img src=x onerror=alert(1)> " onclick=alert(1) {{text}}`;

/** A server with a registry in memory: one prompt of two versions, one with hostile texts, and three traces. */
export async function serveSamples(options: WorldOptions = {}): Promise<ServerWorld> {
  const registry = createMemoryRegistry();
  const model = { model: "offline/small" };
  const draft = { path: "main/default/sentiment", model, templateLanguage: "default" as const };
  const first = "Classify the sentiment. Answer 'positive' or 'negative'.\nText: {{text}}";
  await registry.upsert({ ...draft, template: first });
  await registry.upsert({
    ...draft,
    template: `Answer with exactly one word. ${first}`,
    versionName: "terse",
    versionDescription: "one word only",
  });
  await registry.upsert({ ...draft, path: "main/other/hostile", template: hostileText });
  const world = await startServer({ ...options, services: { registry, ...options.services } });
  for (const second of [1, 2, 3])
    world.traces.append({
      traceId: `t${second}`,
      prompt: { path: draft.path, version: 2 },
      inputs: { text: hostileText },
      messages: [{ role: "user", content: hostileText }],
      output: hostileText,
      model: "offline/small",
      startedAt: `2026-11-20T10:00:0${second}.000Z`,
      latencyMs: 200 + second,
    });
  return world;
}
