import { describe, expect, it, test } from "vitest";
import { configWith, type Place, places } from "./model-by-text.ts";
import { issuesOf, readText } from "./read-text.ts";

async function chosen(place: Place, text: string, more?: string) {
  const { models, agents, optimizations, warnings } = await readText(configWith(place, text, more));
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
  expect(await issuesOf(configWith("reflection_model", "large-endpoint", twin))).toEqual([
    expect.stringContaining("is ambiguous: it names resources.llms.big and resources.llms.twin"),
  ]);
});
