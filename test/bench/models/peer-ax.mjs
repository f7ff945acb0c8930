// Runs AxGEPA of `@ax-llm/ax` on one task of the benchmark, with its own prompts: stdin and stdout as in
// peer_gepa.py. Since ax puts every request into a format of its own, it also answers the unseen rows itself, with
// the seed and with the winner. Run with the folder where the package is installed as the first argument.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "package.json"));
const { AxGEPA, ai, ax } = await import(
  pathToFileURL(require.resolve("@ax-llm/ax").replace(/\.cjs$/, ".js")).href
);

let text = "";
for await (const chunk of process.stdin) text += chunk;
const task = JSON.parse(text);

let isSearching = false;
const calls = { target: 0, reflection: 0 };
const countedFetch = (url, init) => {
  const { model } = JSON.parse(init.body);
  if (isSearching) calls[model === task.target ? "target" : "reflection"]++;
  return fetch(url, init);
};
const modelNamed = (model, maxTokens, parameters) =>
  ai({
    name: "openai",
    apiKey: process.env.BENCH_API_KEY || "none",
    apiURL: task.base_url,
    config: { model, stream: false, maxTokens, ...parameters },
    options: { fetch: countedFetch, timeout: task.timeout_seconds * 1000 },
  });

const target = modelNamed(task.target, task.answer_tokens, { temperature: 0 });
const program = ax("customerText:string -> rightAnswer:string");
program.setInstruction(task.instruction);
const rowsOf = (rows) =>
  rows.map(({ inputs, expected }) => ({
    customerText: Object.values(inputs).join("\n"),
    rightAnswer: expected,
  }));

/** Whether each value of the expected JSON is right, nested objects by their values. */
const marks = (given, wanted) =>
  typeof wanted !== "object" || wanted === null
    ? [given === wanted]
    : Object.entries(wanted).flatMap(([key, value]) => marks(given?.[key], value));
function score(answer, expected) {
  if (task.scorer === "exact_match") return answer.trim() === expected.trim() ? 1 : 0;
  try {
    const found = marks(JSON.parse(answer), JSON.parse(expected));
    return found.filter(Boolean).length / found.length;
  } catch {
    return 0;
  }
}
const scoreOf = ({ prediction, example }) =>
  score(String(prediction?.rightAnswer ?? ""), example.rightAnswer);

/** An answer that ax cannot read is empty. */
async function answers(rows) {
  const found = [];
  for (const { customerText } of rowsOf(rows)) {
    const answer = await program.forward(target, { customerText }, { maxRetries: 1 }).catch(() => undefined);
    found.push(String(answer?.rightAnswer ?? ""));
  }
  return found;
}

// Before the search, which may change the program.
const base = await answers(task.unseen);
isSearching = true;
const started = performance.now();
const engine = new AxGEPA({
  studentAI: target,
  teacherAI: modelNamed(task.reflection, task.reflection_tokens, {}),
  numTrials: task.calls,
  minibatchSize: 3,
  earlyStoppingTrials: task.calls,
  seed: task.seed + 1,
  verbose: false,
});
const result = await engine.compile(program, rowsOf(task.train), scoreOf, {
  validationExamples: rowsOf(task.validation),
  maxMetricCalls: task.calls,
  feedbackFn: (row) =>
    scoreOf(row) === 1
      ? "correct"
      : `expected "${row.example.rightAnswer}", got "${row.prediction?.rightAnswer ?? ""}"`,
});
const seconds = (performance.now() - started) / 1000;
isSearching = false;
const found = result.optimizedProgram;
if (found !== undefined) program.applyOptimization(found);
const best = await answers(task.unseen);
const winner = Object.values(found?.componentMap ?? {}).join("\n") || task.instruction;
console.log(JSON.stringify({ text: winner, calls, seconds, unseen_answers: { base, best } }));
process.exit(0);
