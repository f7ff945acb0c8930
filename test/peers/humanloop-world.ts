import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveOutputSchema } from "../../src/cli/commands/serve/output.ts";
import type { WireRequest } from "../support/loopback-answers.ts";
import type { Fault } from "../support/loopback-faults.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { runCli } from "../support/run-cli.ts";
import { type RunningCommand, serveCli } from "../support/serve-cli.ts";

export const serverKey = "hl-peers-0123456789";
export const providerKey = "sk-peers-0123456789abcdef";
/** Given by a client with a call. */
export const ownKey = "sk-own-fedcba9876543210";
export const oddText = "ünïcödé 🙂 日本語 [DONE] data: [DONE]\n\nend";

export interface HumanloopWorld {
  readonly url: string;
  readonly cwd: string;
  readonly model: LoopbackOpenAI;
  readonly command: RunningCommand;
  close(): Promise<void>;
}

/** `serve` with a key of its own and the environments production and staging, before a scripted provider. */
export async function startHumanloopWorld(): Promise<HumanloopWorld> {
  const model = await startLoopbackOpenAI({ answer, faults });
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-humanloop-"));
  const added = await runCli(["registry", "environment", "add", "staging"], { cwd });
  if (added.exitCode !== 0) throw new Error(added.stderr);
  const command = await serveCli(["serve", "--json", "--port", "0", "--api-key", serverKey], {
    cwd,
    env: { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: providerKey },
  });
  const { url } = serveOutputSchema.parse(JSON.parse(command.ready));
  return {
    ...{ url, cwd, model, command },
    async close() {
      await command.stop();
      await model.close();
    },
  };

  function faults(index: number): Fault | undefined {
    const asked = JSON.stringify(model.requests[index]?.body ?? "");
    if (asked.includes("FAIL 400")) {
      const error = {
        message: "the provider does not like this",
        type: "invalid_request_error",
        code: "bad",
      };
      return { kind: "status", status: 400, body: { error } };
    }
    return asked.includes("BREAK") ? { kind: "cut-stream", events: 3, isDropped: true } : undefined;
  }
}

function answer({ messages, tools }: WireRequest) {
  const prompt = (messages ?? []).map(({ content }) => String(content)).join(" ");
  if (tools !== undefined) return { text: "", toolCalls: [{ name: "lookup", arguments: '{"city":"Oslo"}' }] };
  if (prompt.includes("DONETEXT") || prompt.includes("UTF8")) return oddText;
  return prompt.includes("LONG") ? "word ".repeat(50_000) : `You said: ${prompt}`;
}
