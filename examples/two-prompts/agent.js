/**
 * An application with two prompts: house rules, shared by all its tasks, and the question of this task. It
 * receives both templates, candidates included, and fills in the row itself.
 */
export default async function answer({ inputs, prompts, model }, { signal }) {
  const response = await fetch(`${model.base_url}/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${process.env.OPENAI_API_KEY ?? "none"}`,
    },
    body: JSON.stringify({
      model: model.name,
      ...model.parameters,
      messages: [
        { role: "system", content: prompts.house_rules },
        { role: "user", content: prompts.question.replaceAll("{{text}}", () => inputs.text) },
      ],
    }),
    signal,
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { choices, usage } = await response.json();
  return {
    output: choices[0].message.content,
    usage: { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens },
  };
}
