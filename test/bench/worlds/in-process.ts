import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LanguageModel } from "../../../src/contracts/language-model.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { answerRequest, reflect } from "./models.ts";
import type { WorldSpec } from "./world-spec.ts";

/** The models of a world without a network, to measure the overhead of a run. */
export interface InProcessModels {
  /** Path of the plugin file, for `provider` in a config. */
  readonly provider: string;
  readonly calls: number;
  /** Time spent inside the models. */
  readonly ownMs: number;
}

/** Writes a model plugin into a folder; it works in this process alone. */
export async function inProcessModels(
  folder: string,
  world: WorldSpec,
  seed: number,
): Promise<InProcessModels> {
  let [calls, ownMs] = [0, 0];
  const modelNamed = (modelId: string): LanguageModel => ({
    provider: "world",
    modelId,
    async complete({ messages, repeat = 0 }) {
      const started = performance.now();
      const question = {
        messages: messages.map((message) => ({ role: message.role, text: messageText(message) })),
        repeat,
      };
      const isReflection = modelId === "reflection";
      const text = isReflection ? reflect(world, seed, question) : answerRequest(world, seed, question).text;
      calls++;
      ownMs += performance.now() - started;
      const usage = { inputTokens: 0, outputTokens: 0 };
      return { text, toolCalls: [], finishReason: "stop", usage, latencyMs: 0 };
    },
  });
  const hook = `dao-opt-bench-${world.name}-${seed}`;
  const plugin = {
    create: (_: unknown, { spec }: { readonly spec: { readonly name: string } }) => modelNamed(spec.name),
  };
  Object.assign(globalThis, { [hook]: plugin });
  const provider = join(folder, `${hook}.mjs`);
  await writeFile(provider, `export default globalThis[${JSON.stringify(hook)}];\n`);
  return {
    provider,
    get calls() {
      return calls;
    },
    get ownMs() {
      return ownMs;
    },
  };
}
