import { defineOptimizer, z } from "dao-opt";

/** Requests a number of independent rewrites and measures each on the validation rows. */
export default defineOptimizer({
  name: "best-of-n",
  summary: "independent rewrites, the best one wins",
  options: z.strictObject({
    attempts: z.int().positive().default(8).describe("rewrites asked for"),
    failures_shown: z.int().positive().default(4).describe("failing rows shown with each"),
  }),
  create: ({ attempts, failures_shown: failuresShown }) => ({
    async optimize(task, lab) {
      const base = await lab.evaluate(task.seed, task.train);
      const failures = base.outcomes.filter(({ score }) => score !== undefined && score.value < 1);
      if (failures.length === 0) return { stopped: "perfect", steps: 0 };

      lab.emit({ type: "step-started", step: 1, of: 1 });
      // All at once: the lab returns answers in a fixed order, so the result is the same at any concurrency.
      await Promise.all(
        Array.from({ length: attempts }, async (_, attempt) => {
          const shown = lab.random.fork(`attempt-${attempt}`).shuffle(failures).slice(0, failuresShown);
          const reply = await lab.reflect({
            purpose: "propose",
            messages: [{ role: "user", content: question(task, shown) }],
          });
          await judge(task, lab, reply);
        }),
      );
      return { stopped: "max_steps", steps: 1 };
    },
  }),
});

async function judge(task, lab, reply) {
  const parents = [task.seed.id];
  const reject = (reason, texts) =>
    lab.emit({
      type: "candidate-rejected",
      step: 1,
      parents,
      reason,
      ...(texts === undefined ? {} : { texts }),
    });

  const text = /```\w*\n([\s\S]*?)\n?```/.exec(reply.text)?.[1];
  if (text === undefined || reply.isCutOff) return reject("the reply holds no whole fenced text");

  const [name] = Object.keys(task.seed.texts);
  const texts = { ...task.seed.texts, [name]: text };
  const draft = lab.draft(texts, parents);
  // A text without a variable or a locked span is rejected here, before it costs a call.
  if (!draft.accepted) return reject(draft.problems.join("; "), texts);

  const { candidate } = draft;
  lab.emit({ type: "candidate-proposed", step: 1, candidate: candidate.id, parents, texts, by: "best-of-n" });
  const { mean } = await lab.evaluate(candidate, task.validation);
  lab.emit({ type: "candidate-accepted", step: 1, candidate: candidate.id, validation: mean });
}

function question(task, failures) {
  const [text] = Object.values(task.seed.texts);
  const examples = failures.map(
    ({ example, output, score }) =>
      `Input: ${JSON.stringify(example.inputs)}\nAnswer: ${output}\nExpected answer: ${example.expected}\nFeedback: ${score?.feedback ?? ""}`,
  );
  const variables = Object.values(task.contract.variables)
    .flat()
    .map((name) => `{{${name}}}`);
  return [
    `${task.objective}\n\nThese are the current instructions:\n\`\`\`\n${text}\n\`\`\``,
    `These answers were wrong:\n\n${examples.join("\n\n")}`,
    `Write better instructions that keep ${variables.join(", ")} and would get such inputs right. Reply with the whole new text in one \`\`\` block.`,
  ].join("\n\n");
}
