import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/core/errors.ts";
import { createTemplatePool } from "../../../src/core/template/template-pool.ts";
import { slowTemplates } from "./slow-templates.ts";

const pool = createTemplatePool();
afterAll(() => pool.close());

describe("a pool", () => {
  test("renders like this thread, including errors", async () => {
    const template = [{ role: "user", content: "{% for x in xs %}{{ x | upper }}{% endfor %}" }];
    expect(await pool.variables(template, "jinja")).toEqual(["xs"]);
    expect(await pool.render(template, "jinja", { xs: ["a", "ü"] })).toEqual([
      { role: "user", content: "AÜ" },
    ]);
    await expect(pool.render(template, "jinja", {})).rejects.toMatchObject({
      message: "missing variable: xs",
      hint: "no inputs were given",
    });
    await expect(pool.variables("{% if %}", "jinja")).rejects.toBeInstanceOf(UsageError);
    expect(await pool.render("{{ a }}", "default", { a: "plain" })).toEqual([
      { role: "user", content: "plain" },
    ]);
  });

  test("continues after stopped templates, in the order of requests", async () => {
    const [, slow = ""] = slowTemplates[1] ?? [];
    const jobs = [slow, slow, slow, "{{ a }}"].map((text) =>
      pool.render(text, "jinja", { a: 1 }).then(
        ([message]) => message?.content,
        () => "stopped",
      ),
    );
    expect(await Promise.all(jobs)).toEqual(["stopped", "stopped", "stopped", "1"]);
  });

  test("stops a template that needs too much memory", async () => {
    const text = `{% set n = namespace(x=[]) %}{% for i in range(100000) %}{% set n.x = n.x + [range(9000)] %}{% endfor %}`;
    await expect(pool.render(text, "jinja", {})).rejects.toBeInstanceOf(UsageError);
    expect(await pool.render("{{ a }}", "jinja", { a: 2 })).toEqual([{ role: "user", content: "2" }]);
  });
});
