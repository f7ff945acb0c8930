/*
 * The sentences of the worlds, the only input to both models of a world: the rules a prompt states, the topics
 * a request touches, and whether an answer was right. They are recognized anywhere in a text, so any engine may
 * add its own text around them.
 */

/** The part of a prompt that affects the target model. */
export interface PromptContent {
  /** Sentences in the order they are first written, each once. */
  readonly sentences: readonly string[];
  readonly rules: ReadonlySet<number>;
  readonly falsehoods: ReadonlySet<number>;
  readonly fillers: number;
  /** How many requests with right answers a prompt shows for each topic. */
  readonly demonstrations: ReadonlyMap<number, number>;
}

/** A request of a row. */
export interface RequestContent {
  readonly id: string;
  readonly topics: readonly number[];
}

export const placeholder = "{{request}}";
const opening = "Answer the customer's request.";

const topicName = (topic: number): string => `topic-${String(topic).padStart(2, "0")}`;
const listed = (topics: readonly number[]): string => topics.map(topicName).join(" and ");

export const ruleSentence = (topic: number): string => `When ${topicName(topic)} comes up, state its fee.`;
export const falseSentence = (topic: number, mark: number): string =>
  `When ${topicName(topic)} comes up, leave it out (case ${mark}).`;
export const fillerSentence = (mark: number): string => `Bear note ${mark} in mind.`;
export const requestText = ({ id, topics }: RequestContent): string =>
  `Request ${id}: a customer writes about ${listed(topics)}.`;
export const rightAnswer = ({ id, topics }: RequestContent): string =>
  `Request ${id}: fee stated for ${listed(topics)}.`;
export const wrongAnswer = (id: string): string => `Request ${id}: no fee found.`;

export function promptText(sentences: readonly string[], hasPlaceholder: boolean): string {
  return [opening, ...sentences, ...(hasPlaceholder ? [placeholder] : [])].join("\n");
}

/** Reads the sentences of a prompt out of a text. Lines of a diff (`+ …`, `- …`) are talk about a prompt, not one. */
export function readPrompt(text: string): PromptContent {
  const pattern =
    /(?<!^[+-] )(?:When topic-(\d+) comes up, (?:(state its fee)|leave it out \(case \d+\))|Bear note \d+ in mind)\./gm;
  const sentences = new Map<string, { readonly topic: number; readonly isTrue: boolean }>();
  for (const [sentence, topic = "0", isTrue] of text.matchAll(pattern))
    sentences.set(sentence, { topic: Number(topic), isTrue: isTrue !== undefined });
  const about = [...sentences.values()].filter(({ topic }) => topic > 0);
  return {
    sentences: [...sentences.keys()],
    rules: new Set(about.filter(({ isTrue }) => isTrue).map(({ topic }) => topic)),
    falsehoods: new Set(about.filter(({ isTrue }) => !isTrue).map(({ topic }) => topic)),
    fillers: sentences.size - about.length,
    demonstrations: readDemonstrations(text),
  };
}

/** Requests that a text shows with their right answers, counted by topic; each request once. */
function readDemonstrations(text: string): ReadonlyMap<number, number> {
  const shown = new Map(readRequests(text).map((request) => [request.id, request]));
  const right = [...shown.values()].filter((request) => text.includes(rightAnswer(request)));
  const counts = new Map<number, number>();
  for (const topic of right.flatMap(({ topics }) => topics)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}

/** Every request a text quotes, the last one last. */
export function readRequests(text: string): readonly RequestContent[] {
  const pattern = /Request ([a-z]+-\d+): a customer writes about (topic-\d+(?: and topic-\d+)*)\./g;
  return Array.from(text.matchAll(pattern), ([, id = "", topics = ""]) => ({
    id,
    topics: Array.from(topics.matchAll(/\d+/g), ([topic]) => Number(topic)),
  }));
}

/** Ids of the requests that a text shows a wrong answer to. */
export function readFailures(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/Request ([a-z]+-\d+): no fee found\./g), ([, id = ""]) => id));
}
