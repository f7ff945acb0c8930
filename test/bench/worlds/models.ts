import { createRandom, type Random } from "../../../src/core/random.ts";
import { chanceOfRight } from "./accuracy.ts";
import {
  falseSentence,
  fillerSentence,
  placeholder,
  promptText,
  readFailures,
  readPrompt,
  readRequests,
  rightAnswer,
  ruleSentence,
  wrongAnswer,
} from "./sentences.ts";
import type { WorldSpec } from "./world-spec.ts";

export interface WorldMessage {
  readonly role: string;
  readonly text: string;
}

/** A request to a model of a world. Equal questions get equal answers; `repeat` draws a new sample. */
export interface WorldQuestion {
  readonly messages: readonly WorldMessage[];
  readonly repeat: number;
}

export interface TargetAnswer {
  readonly text: string;
  /** True when no request reached the model, for example because the prompt has no placeholder. */
  readonly isBlind: boolean;
}

const highestMark = 1e6;

/** The target model: right where the prompt states every rule the request touches, else wrong, give or take noise. */
export function answerRequest(world: WorldSpec, seed: number, question: WorldQuestion): TargetAnswer {
  const text = textOf(question);
  const request = readRequests(text).at(-1);
  if (request === undefined) return { text: "There is no request.", isBlind: true };
  const random = drawsOf(world, seed, question, "target");
  const isServed = random.next() < chanceOfRight(world, readPrompt(text), request.topics);
  const isFlipped = random.next() < world.noise;
  const answer = isServed !== isFlipped ? rightAnswer(request) : wrongAnswer(request.id);
  return { text: asAsked(text, answer), isBlind: false };
}

/** Some engines ask for `field: value` and name the field as its wire key. */
function asAsked(text: string, answer: string): string {
  const field = /\(wire key: `(\w+)`\)/.exec(text)?.[1];
  return field === undefined ? answer : `${field}: ${answer}`;
}

/**
 * The reflection model: reads the sentences of all prompts it is shown, learns from the failures it is
 * shown, and hands in a whole new prompt in a fenced block. Asked to mend its own reply, it learns nothing.
 */
export function reflect(world: WorldSpec, seed: number, question: WorldQuestion): string {
  const random = drawsOf(world, seed, question, "reflection");
  const draft = question.messages.findLast(({ role }) => role === "assistant");
  const everything = textOf(question);
  const hasPlaceholder = everything.includes(placeholder) && random.next() >= world.losePlaceholder;
  const sentences =
    draft === undefined ? rewritten(world, everything, random) : readPrompt(draft.text).sentences;
  return `Here is the new text.\n\n\`\`\`\n${promptText(sentences, hasPlaceholder)}\n\`\`\`\n`;
}

function rewritten(world: WorldSpec, text: string, random: Random): readonly string[] {
  const { sentences, rules } = readPrompt(text);
  const failed = readFailures(text);
  const failing = new Set(readRequests(text).flatMap(({ id, topics }) => (failed.has(id) ? topics : [])));
  // What is stated and fails all the same is doubted: false rules always, true ones where they clash.
  const isDoubted = (sentence: string): boolean => {
    const stated = readPrompt(sentence);
    const [topic] = [...stated.falsehoods, ...stated.rules];
    if (topic === undefined || !failing.has(topic)) return false;
    return stated.falsehoods.has(topic) || hasClash(world, rules, topic);
  };
  const kept = sentences.filter((sentence) => {
    const isDropped = isDoubted(sentence) && random.next() < world.learn;
    return random.next() >= world.forget && !isDropped;
  });
  const missing = random.shuffle([...failing].filter((topic) => !rules.has(topic)));
  const learned = missing.filter(() => random.next() < world.learn).slice(0, world.learnAtMost);
  const added = learned.map(ruleSentence);
  if (random.next() < world.filler) added.push(fillerSentence(random.integer(highestMark)));
  if (random.next() < world.falsehood)
    added.push(falseSentence(1 + random.integer(world.rules), random.integer(highestMark)));
  return [...kept, ...added];
}

function hasClash({ hasConflicts }: WorldSpec, rules: ReadonlySet<number>, topic: number): boolean {
  const partner = topic % 4 === 1 ? topic + 1 : topic % 4 === 2 ? topic - 1 : 0;
  return hasConflicts && rules.has(partner);
}

function drawsOf(world: WorldSpec, seed: number, { messages, repeat }: WorldQuestion, role: string): Random {
  const words = messages.map((message) => message.text).join("\u0000");
  return createRandom(`world/${world.name}/${seed}/${role}/${repeat}/${words}`);
}

function textOf({ messages }: WorldQuestion): string {
  return messages.map((message) => message.text).join("\n");
}
