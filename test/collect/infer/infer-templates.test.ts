import { describe, expect, test } from "vitest";
import { type InferredCall, inferTemplates } from "../../../src/collect/infer/infer-templates.ts";
import type { ChatMessage } from "../../../src/core/prompt/message.ts";
import type { Template } from "../../../src/core/prompt/prompt.ts";
import { applicationTemplates, simulateCalls } from "../../support/simulated-application.ts";

const user = (content: string): InferredCall => ({ messages: [{ role: "user", content }] });
const chat = (...texts: readonly string[]): InferredCall => ({
  messages: texts.map((content, at): ChatMessage => ({ role: at === 0 ? "system" : "user", content })),
});
/** Renames variables to v1, v2 … in order of first use, because exact names do not matter. */
function plain(template: Template): string {
  const names: string[] = [];
  return JSON.stringify(template).replace(/\{\{([\w.-]+)\}\}/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `{{v${names.indexOf(name) + 1}}}`;
  });
}
const words = "red green blue stone paper glass river hill cloud tree quick slow warm cold".split(" ");
const sentence = (seed: number, length = 6): string => {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return words[(state >>> 16) % words.length];
  }).join(" ");
};
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe("a simulated application", () => {
  test("all five templates from 500 calls, word for word, for four seeds", () => {
    const wanted = applicationTemplates.map(({ template }) => plain(template));
    let [explained, proposed, found] = [0, 0, 0];
    for (let seed = 1; seed <= 4; seed++) {
      const { templates, calls, unexplained } = inferTemplates(simulateCalls(500, seed));
      const given = templates.map(({ template }) => plain(template));
      found += wanted.filter((one) => given.includes(one)).length;
      proposed += templates.length;
      explained += calls - unexplained;
      for (const one of wanted) expect(given).toContain(one);
    }
    console.log(
      `--infer-template, 4 × 500 calls of 5 templates: ${found} of 20 found, ${proposed} proposed, ${explained} of 2000 calls reproduced exactly`,
    );
    expect(proposed).toBeLessThanOrEqual(22);
    expect(explained).toBeGreaterThanOrEqual(1960);
  });
});

describe("values", () => {
  const templatesOf = (calls: readonly InferredCall[]) => inferTemplates(calls).templates;

  test("with little variety are still variables", () => {
    const calls = many(60, (at) =>
      chat(
        `You write ${["formal", "casual"][at % 2]} letters in ${["German", "Dutch", "Danish"][at % 3]}.`,
        sentence(at, 9),
      ),
    );
    expect(templatesOf(calls).map(({ template }) => plain(template))).toEqual([
      plain([
        { role: "system", content: "You write {{a}} letters in {{b}}." },
        { role: "user", content: "{{c}}" },
      ]),
    ]);
  });

  test("with a common prefix within a word are whole variables", () => {
    const calls = many(40, (at) =>
      user(`Open https://shop.example/item/${1000 + at} and mail user${at}@shop.example about it.`),
    );
    expect(templatesOf(calls)).toMatchObject([
      { template: expect.stringMatching(/^Open \{\{\w+\}\} and mail \{\{\w+\}\} about it\.$/), calls: 40 },
    ]);
  });

  test("numbers, decimals and dates are not split", () => {
    const calls = many(40, (at) =>
      user(`The price is 1${at}.5${at % 7} on 2026-01-${10 + (at % 19)}, is that fair?`),
    );
    expect(templatesOf(calls).map(({ template }) => plain(template))).toEqual([
      plain("The price is {{a}} on {{b}}, is that fair?"),
    ]);
  });

  test("may have several lines and contain their context", () => {
    const calls = many(40, (at) =>
      user(`Review:\n"""\n${sentence(at)}\n\n${sentence(at + 3, 12)}: ${at % 3}\n"""\nYour verdict:`),
    );
    expect(templatesOf(calls)).toMatchObject([
      {
        template: 'Review:\n"""\n{{review}}\n"""\nYour verdict:',
        calls: 40,
        variables: [{ name: "review" }],
      },
    ]);
  });

  test("that occur twice are one variable", () => {
    const calls = many(40, (at) =>
      user(`Tell ${sentence(at, 2)} a joke in which ${sentence(at, 2)} wins the race.`),
    );
    const [first] = templatesOf(calls);
    expect(plain(first?.template ?? "")).toBe(plain("Tell {{a}} a joke in which {{a}} wins the race."));
  });

  test("are named by labels, keys, tags and counted words", () => {
    const calls = many(40, (at) =>
      user(
        `<article>${sentence(at, 20)}</article>\nQuestion: ${sentence(at + 1)}?\n{"customer_id": "${at}-${at * 3}"}\nUse at most ${at + 10} words.`,
      ),
    );
    const [first] = templatesOf(calls);
    expect(first?.variables.map(({ name }) => name)).toEqual(["article", "question", "customer_id", "words"]);
  });
});

describe("calls", () => {
  test("with examples before the question keep them in the template", () => {
    const calls = many(
      20,
      (at): InferredCall => ({
        messages: [
          { role: "system", content: "Answer with one word only, please." },
          { role: "user", content: "the sky" },
          { role: "assistant", content: "blue" },
          { role: "user", content: sentence(at) },
        ],
      }),
    );
    expect(inferTemplates(calls).templates.map(({ template }) => plain(template))).toEqual([
      plain([
        { role: "system", content: "Answer with one word only, please." },
        { role: "user", content: "the sky" },
        { role: "assistant", content: "blue" },
        { role: "user", content: "{{message}}" },
      ]),
    ]);
  });

  test("with one system text and two kinds of questions have two templates", () => {
    const system = "You are the assistant of a library.";
    const calls = many(60, (at) =>
      chat(
        system,
        at % 2 === 0 ? `Which books are about ${sentence(at, 3)}, and who wrote them?` : sentence(at, 8),
      ),
    );
    const given = inferTemplates(calls).templates.map(({ template }) => plain(template));
    expect(given.toSorted()).toEqual(
      [
        plain([
          { role: "system", content: system },
          { role: "user", content: "Which books are about {{topic}}, and who wrote them?" },
        ]),
        plain([
          { role: "system", content: system },
          { role: "user", content: "{{message}}" },
        ]),
      ].toSorted(),
    );
  });

  test("without common words, too few calls, or none, give no template", () => {
    expect(inferTemplates(many(50, (at) => user(sentence(at, 5)))).templates).toEqual([]);
    expect(inferTemplates([user("Sum up: a"), user("Sum up: b")]).templates).toEqual([]);
    expect(inferTemplates([])).toEqual({ templates: [], calls: 0, unexplained: 0 });
  });

  test("whose words contain template syntax give no template", () => {
    const calls = many(20, (at) => user(`Fill in {{name}} in this text here: ${sentence(at)}`));
    expect(inferTemplates(calls)).toMatchObject({ templates: [], unexplained: 20 });
  });

  test("may have 100 kB each", () => {
    const calls = many(30, (at) =>
      user(`Context:\n${`${sentence(at, 50)} `.repeat(350)}${at}\n\nQuestion: ${sentence(at)}?`),
    );
    expect(inferTemplates(calls).templates).toMatchObject([
      {
        template: expect.stringMatching(/^Context:\n\{\{context\}\}\n\nQuestion: \{\{question\}\}\?$/),
        calls: 30,
      },
    ]);
  });
});
