import { expect, test } from "vitest";
import { createProblems } from "../../../src/config/problems.ts";
import { createSourcePlaces } from "../../../src/config/source-places.ts";
import { readYamlSource } from "../../../src/config/yaml-source.ts";

const sound = `resources:
  llms:
    small: &small { name: gpt-4o-mini, api_key: "\${env:KEY:-}", stop: ["a", 'b'] }
    large:
      name: gpt-4o
      temperature: 0.5
prompts:
  p:
    default_template:
      - role: system
        content: 'Be "kind".'
      - role: user
        content: |
          Classify: {{text}}
          Answer yes or no.
agents:
  a: { model: *small, prompt: p }
optimizations:
  prompt_optimizations:
    x:
      agent: a
      scorers: [exact_match, label]
`;

function issuesOf(text: string) {
  const places = createSourcePlaces();
  const problems = createProblems("c.yaml", places);
  readYamlSource(new TextEncoder().encode(text), places, problems);
  return problems.isEmpty ? [] : problems.toError().issues;
}

const slips: readonly (readonly [name: string, slip: (text: string, at: number) => string])[] = [
  ["left out", (text, at) => text.slice(0, at) + text.slice(at + 1)],
  ...['"', "'", "{", "}", "[", "]", "\t", ":", " ", "- ", "*"].map(
    (sign) =>
      [
        `${JSON.stringify(sign)} put in`,
        (text: string, at: number) => text.slice(0, at) + sign + text.slice(at),
      ] as const,
  ),
];

test.each(slips)("one slip is one problem near it: a character is %s", (_name, slip) => {
  const far: string[] = [];
  // A dash at the start turns the first section into a list; the second section is then the mistake.
  for (let at = 1; at < sound.length; at++) {
    const text = slip(sound, at);
    const issues = issuesOf(text);
    expect(issues.length, text).toBeLessThanOrEqual(2);
    const line = sound.slice(0, at).split("\n").length;
    for (const issue of issues)
      if (Math.abs((issue.line ?? line) - line) > 2) far.push(`${line}: ${issue.line} ${issue.message}`);
  }
  expect(far).toEqual([]);
});
