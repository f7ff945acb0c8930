// Runs AxGEPA of `@ax-llm/ax` in worlds served over HTTP: stdin and stdout as in reference_gepa.py. Run with
// the folder where the package is installed as the first argument.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "package.json"));
const { AxGEPA, ai, ax } = await import(
  pathToFileURL(require.resolve("@ax-llm/ax").replace(/\.cjs$/, ".js")).href
);

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { searches } = JSON.parse(text);
for (const task of searches) console.log(JSON.stringify(await search(task)));

async function search(task) {
  const modelNamed = (model) =>
    ai({ name: "openai", apiKey: "none", apiURL: task.base_url, config: { model, stream: false } });
  const program = ax("customerRequest:string -> agentReply:string");
  // An instruction of ax stands beside the input: it has no placeholder to lose.
  program.setInstruction(task.prompt.replace(task.placeholder, "").trim());
  const rowsOf = (rows) =>
    rows.map(({ request, expected }) => ({ customerRequest: request, agentReply: expected }));
  const isRight = ({ prediction, example }) => (prediction?.agentReply === example.agentReply ? 1 : 0);
  // Its default minibatch of 20 rows and stop after 5 fruitless rounds do worse; these are the reference's.
  const engine = new AxGEPA({
    studentAI: modelNamed("target"),
    teacherAI: modelNamed("reflection"),
    numTrials: task.calls,
    minibatchSize: 3,
    earlyStoppingTrials: task.calls,
    seed: task.seed + 1,
    verbose: false,
  });
  const started = performance.now();
  const result = await engine.compile(program, rowsOf(task.train), isRight, {
    validationExamples: rowsOf(task.validation),
    maxMetricCalls: task.calls,
    feedbackFn: ({ prediction, example }) =>
      isRight({ prediction, example }) === 1
        ? "Right."
        : `Wrong. The expected answer was: ${example.agentReply}`,
  });
  const seconds = (performance.now() - started) / 1000;
  const texts = Object.values(result.optimizedProgram?.componentMap ?? {});
  return { prompt: texts.join("\n"), validation: result.bestScore, seconds };
}
