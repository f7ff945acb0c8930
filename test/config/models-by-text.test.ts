import { describe, expect, it, test } from "vitest";
import { issuesOf, readText } from "./read-text.ts";

const places = ["model", "reflection_model", "scorer_model", "source_model", "fallbacks"] as const;

/** A config that names a model by text in one place; `more` are other models. */
const config = (place: (typeof places)[number], text: string, more = "") => `
resources:
  llms:
    small: { name: endpoint-small${place === "fallbacks" ? `, fallbacks: ["${text}"]` : ""} }
    big: { name: large-endpoint, temperature: 0.3 }
${more}
prompts: { p: { default_template: "Answer {{q}}" } }
agents: { a: { model: ${place === "model" ? `"${text}"` : "small"}, prompt: p } }
datasets: { d: { data: [{ inputs: { q: x } }] } }
optimizations:
  prompt_optimizations:
    o: { agent: a, dataset_name: d${place === "model" || place === "fallbacks" ? "" : `, ${place}: "${text}"`} }
`;

async function chosen(place: (typeof places)[number], text: string, more?: string) {
  const { models, agents, optimizations, warnings } = await readText(config(place, text, more));
  const [optimization] = Object.values(optimizations);
  const key = {
    model: agents["a"]?.model,
    reflection_model: optimization?.reflectionModel,
    scorer_model: optimization?.scorerModel,
    source_model: optimization?.sourceModel,
    fallbacks: models["small"]?.spec.fallbacks[0],
  }[place];
  return { key, spec: models[key ?? ""]?.spec, warnings };
}

describe.each(places)("%s as text", (place) => {
  it.each(["big", "large-endpoint"])("%s is the declared model", async (text) => {
    const { key, warnings } = await chosen(place, text);
    expect([key, warnings]).toEqual(["big", []]);
  });

  it("is an endpoint of that name if none is declared, with a warning", async () => {
    const { spec, warnings } = await chosen(place, "databricks-claude-9");
    expect(spec).toMatchObject({ name: "databricks-claude-9", provider: "databricks" });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('no model of the config is named "databricks-claude-9"'),
    ]);
  });

  it("may be a name of two entries with equal settings", async () => {
    const twin = "    twin: { name: large-endpoint, temperature: 0.3 }";
    const { key, warnings } = await chosen(place, "large-endpoint", twin);
    expect([key, warnings]).toEqual(["big", []]);
  });
});

test("a name of two entries with other settings is no model of an optimization", async () => {
  const twin = "    twin: { name: large-endpoint, temperature: 0.9 }";
  expect(await issuesOf(config("reflection_model", "large-endpoint", twin))).toEqual([
    expect.stringContaining("is ambiguous: it names resources.llms.big and resources.llms.twin"),
  ]);
});
