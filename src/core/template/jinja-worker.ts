import { parentPort } from "node:worker_threads";
import { isDaoOptError } from "../errors.ts";
import type { JinjaJob, JinjaResult } from "./jinja-thread.ts";
import { createTemplateRenderer } from "./template-renderer.ts";

/** Enough for the prompts in use; a worker's memory is limited. */
const mostKept = 50;
const renderer = createTemplateRenderer(mostKept);

/** The thread's program: runs one job at a time and replies to each. */
parentPort?.on("message", async (job: JinjaJob) => {
  parentPort?.postMessage(await resultOf(job));
});

async function resultOf({ template, inputs }: JinjaJob): Promise<JinjaResult> {
  try {
    if (inputs === undefined) return { variables: await renderer.variables(template, "jinja") };
    return { messages: await renderer.render(template, "jinja", inputs) };
  } catch (error) {
    const { message, hint } = isDaoOptError(error)
      ? error
      : { message: `the jinja template failed: ${String(error)}`, hint: undefined };
    return { error: { message, hint } };
  }
}
