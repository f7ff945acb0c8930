import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import { digestOf } from "../../../src/core/data/digest.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { createRandom } from "../../../src/core/random.ts";
import { fillVariables } from "../../../src/core/template/template-variables.ts";
import { exactMatch } from "../../../src/scorers/rules/exact-match.ts";
import { jsonFields } from "../../../src/scorers/rules/json-fields.ts";
import type { AskChat } from "../models/chat-endpoint.ts";
import { drawParts, type SuiteRow } from "../models/draw-rows.ts";
import { type SeedPromptKind, seedTemplate, suiteNamed } from "../models/suites.ts";

/** What an engine is shown before it asks for a rewrite: a prompt, and its answers to a few rows. */
export interface Lesson {
  readonly id: string;
  readonly suite: string;
  readonly prompt: SeedPromptKind;
  /** The model that gave the answers. */
  readonly target: string;
  readonly text: string;
  /** The last one is the engine's validation row, the others are its train rows. */
  readonly outcomes: readonly Outcome[];
}

export interface LessonOptions {
  readonly data: string;
  readonly target: string;
  readonly suites: readonly string[];
  readonly prompts: readonly SeedPromptKind[];
  /** Rows that each seed prompt is run on; the lessons of a prompt are drawn from them. */
  readonly pool: number;
  readonly lessonsPerPrompt: number;
  readonly rowsPerLesson: number;
}

/** Runs each seed prompt on its pool and draws lessons with at least two wrong answers. */
export async function collectLessons(ask: AskChat, options: LessonOptions): Promise<readonly Lesson[]> {
  const lessons: Lesson[] = [];
  for (const name of options.suites) {
    const suite = suiteNamed(name);
    const sizes = { train: options.pool, validation: 0, test: 0, unseen: 0 };
    const groupOf = suite.hasLabels ? (row: SuiteRow) => row.expected : undefined;
    const rows = drawParts(suite.rows(options.data), groupOf, sizes, 0).train;
    for (const prompt of options.prompts) {
      const text = seedTemplate(suite, prompt, options.data);
      console.error(`${options.target} answers ${rows.length} rows: ${name}, ${prompt} prompt`);
      const outcomes: Outcome[] = [];
      for (const row of rows) outcomes.push(await runRow(ask, options.target, name, text, row));
      lessons.push(...drawLessons(outcomes, options, { suite: name, prompt, target: options.target, text }));
    }
  }
  return lessons;
}

async function runRow(
  ask: AskChat,
  model: string,
  name: string,
  text: string,
  row: SuiteRow,
): Promise<Outcome> {
  const suite = suiteNamed(name);
  const messages = [{ role: "user", content: fillVariables(text, row.inputs) }];
  const reply = await ask({ model, messages, maxTokens: suite.maxAnswerTokens, temperature: 0 });
  const example = exampleOf(row);
  if (reply.isCutOff) {
    const score = { value: 0, feedback: "The answer was cut off by its length limit." };
    return { example, output: reply.text, score, missing: "cut_off", answer: "cut_off" };
  }
  const plugin = suite.scorer === "exact_match" ? exactMatch : jsonFields;
  const scorer = plugin.create(plugin.options.parse({}) as never, { directory: "." });
  return {
    example,
    output: reply.text,
    answer: "text",
    score: await scorer.score({ example, output: reply.text, toolCalls: [] }),
  };
}

function exampleOf({ inputs, expected }: SuiteRow): Example {
  return {
    id: digestOf(inputs).slice(0, 16),
    inputs,
    expected,
    expectations: { expected_response: expected },
    tags: {},
    origin: { file: "rows.jsonl" },
  };
}

/** Different rows in every lesson while the pool lasts, then other combinations. */
function drawLessons(
  outcomes: readonly Outcome[],
  { lessonsPerPrompt, rowsPerLesson }: LessonOptions,
  about: Omit<Lesson, "id" | "outcomes">,
): readonly Lesson[] {
  const random = createRandom(`lessons ${about.suite} ${about.prompt}`);
  const lessons: Lesson[] = [];
  let deck: readonly Outcome[] = [];
  for (let attempt = 0; attempt < lessonsPerPrompt * 10 && lessons.length < lessonsPerPrompt; attempt++) {
    if (deck.length < rowsPerLesson) deck = random.shuffle(outcomes);
    const drawn = deck.slice(0, rowsPerLesson);
    deck = deck.slice(rowsPerLesson);
    const wrong = drawn.filter(({ score }) => score?.value !== 1);
    // A validation row that is right would end the search at once; the train rows need a failure too.
    const [validation] = wrong;
    if (validation === undefined || wrong.length < 2) continue;
    const shown = [...drawn.filter((outcome) => outcome !== validation), validation];
    lessons.push({ id: `${about.suite}-${about.prompt}-${lessons.length + 1}`, ...about, outcomes: shown });
  }
  return lessons;
}

/** One lesson a line. */
export function writeLessons(file: string, lessons: readonly Lesson[]): void {
  writeFileSync(file, lessons.map((lesson) => `${JSON.stringify(lesson)}\n`).join(""));
}

/** Undefined if there is no such file. */
export function readLessons(file: string): readonly Lesson[] | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Lesson);
}
