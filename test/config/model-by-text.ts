/** Places of a config that name a model by text. */
export const places = ["model", "reflection_model", "scorer_model", "source_model", "fallbacks"] as const;

export type Place = (typeof places)[number];

/** A config that names a model by text in one place; `more` are other models. */
export function configWith(place: Place, text: string, more = ""): string {
  return `
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
}
