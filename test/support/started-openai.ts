import { onTestFinished } from "vitest";
import { type LoopbackOpenAI, type LoopbackOptions, startLoopbackOpenAI } from "./loopback-openai.ts";

/** A loopback server of the current test, closed at its end. */
export async function startOpenAI(options: LoopbackOptions = {}): Promise<LoopbackOpenAI> {
  const server = await startLoopbackOpenAI(options);
  onTestFinished(() => server.close());
  return server;
}
