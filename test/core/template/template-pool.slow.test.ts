import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { renderTemplate } from "../../../src/core/template/template.ts";
import { createTemplatePool } from "../../../src/core/template/template-pool.ts";
import { slowTemplates } from "./slow-templates.ts";

const pool = createTemplatePool();
afterAll(() => pool.close());

/** Longest time in which this thread did nothing else, ms. */
async function longestPause(work: Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await work;
  clearInterval(timer);
  return longest;
}

describe("a slow jinja template", () => {
  test.each(slowTemplates)("%s: is stopped in a thread of its own, which blocks nothing", async (_, text) => {
    // The first one starts the thread.
    await pool.render("{{ a }}", "jinja", { a: 1 });
    const startedAt = performance.now();
    const rendered = pool.render(text, "jinja", { a: 1 }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const pause = await longestPause(rendered);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(pause).toBeLessThan(500);
    expect(await rendered).toBeInstanceOf(UsageError);
  });

  test.each(slowTemplates)("%s: is stopped within a second in this thread too", (_, text) => {
    const startedAt = performance.now();
    expect(() => renderTemplate(text, "jinja", { a: 1 })).toThrow(UsageError);
    expect(performance.now() - startedAt).toBeLessThan(2500);
  });
});
