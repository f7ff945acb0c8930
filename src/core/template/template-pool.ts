import { UsageError } from "../errors.ts";
import type { JinjaJob, JinjaResult, JinjaThread } from "./jinja-thread.ts";
import { createTemplateRenderer, type TemplateRenderer } from "./template-renderer.ts";

/** A renderer that owns threads. */
interface TemplatePool extends TemplateRenderer {
  close(): Promise<void>;
}

const mostThreads = 2;

/**
 * Renders plain templates in the calling thread and jinja templates in threads of their own, so that a slow one
 * blocks nothing else. Threads start with the first jinja template and stay. If none can start, templates are
 * rendered in the calling thread with the same limits.
 */
export function createTemplatePool(): TemplatePool {
  const own = createTemplateRenderer();
  const idle: JinjaThread[] = [];
  const all: JinjaThread[] = [];
  const waiting: ((thread: JinjaThread) => void)[] = [];
  let opener: Promise<(() => JinjaThread) | undefined> | undefined;

  async function take(open: () => JinjaThread): Promise<JinjaThread> {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.length < mostThreads) {
      const opened = open();
      all.push(opened);
      return opened;
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  async function run(job: JinjaJob): Promise<JinjaResult | undefined> {
    opener ??= findOpener();
    const open = await opener;
    if (open === undefined) return undefined;
    const thread = await take(open);
    try {
      return await thread.run(job);
    } finally {
      const next = waiting.shift();
      if (next === undefined) idle.push(thread);
      else next(thread);
    }
  }

  return {
    async variables(template, language) {
      const result = language === "jinja" ? await run({ template }) : undefined;
      if (result === undefined) return own.variables(template, language);
      return "variables" in result ? result.variables : failed(result);
    },
    async render(template, language, inputs) {
      const result = language === "jinja" ? await run({ template, inputs }) : undefined;
      if (result === undefined) return own.render(template, language, inputs);
      return "messages" in result ? result.messages : failed(result);
    },
    async close() {
      await Promise.all(all.splice(0).map((thread) => thread.stop()));
      idle.length = 0;
    },
  };
}

function failed(result: JinjaResult): never {
  const { message, hint } =
    "error" in result
      ? result.error
      : { message: "the jinja worker returned an unexpected result", hint: undefined };
  throw new UsageError(message, { hint });
}

async function findOpener(): Promise<(() => JinjaThread) | undefined> {
  const { findWorkerEntry, startJinjaThread } = await import("./jinja-thread.ts");
  const entry = findWorkerEntry();
  return entry === undefined ? undefined : () => startJinjaThread(entry);
}
