import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { renderTemplate } from "../../../src/core/template/template.ts";
import { createTemplatePool } from "../../../src/core/template/template-pool.ts";
import { slowTemplates } from "./slow-templates.ts";

const pool = createTemplatePool();
afterAll(() => pool.close());

/** Turns of this thread's event loop until the work settles; none if the work runs in this thread. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(function turn() {
    turns++;
    next = setImmediate(turn);
  });
  await work.finally(() => clearImmediate(next));
  return turns;
}

describe("a slow jinja template", () => {
  test.each(slowTemplates)("%s: is stopped in its own thread without blocking this one", async (_, text) => {
    // The first one starts the thread.
    await pool.render("{{ a }}", "jinja", { a: 1 });
    const rendered = pool.render(text, "jinja", { a: 1 }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(await turnsDuring(rendered)).toBeGreaterThan(0);
    expect(await rendered).toBeInstanceOf(UsageError);
  });

  test.each(slowTemplates)("%s: is stopped in this thread too", (_, text) => {
    expect(() => renderTemplate(text, "jinja", { a: 1 })).toThrow(UsageError);
  });
});
