import { type OfflineRequest, strengthOf } from "../request.ts";
import { extract } from "./extraction.ts";
import { freeAnswer } from "./free-answer.ts";
import { intentOf, inventLabel } from "./intent.ts";
import { readInstruction } from "./read-instruction.ts";
import { sentimentOf } from "./sentiment.ts";
import { splitTask } from "./split-task.ts";
import { wordJson, wordLabel } from "./wording.ts";

/** The text a task request is answered with. */
export function answerTask(request: OfflineRequest): string {
  const { instruction, data } = splitTask(request);
  const reading = readInstruction(instruction);
  const strength = strengthOf(request.model);
  if (reading.keys.length > 0) return wordJson(extract(data, reading, strength), reading, data, strength);
  if (reading.isSentiment) {
    const label = sentimentOf(data, reading.rules, strength, reading.labels);
    return wordAnswer(label);
  }
  if (reading.labels.length > 1) return wordAnswer(intentOf(data, reading, strength));
  if (/\b(?:intent|categor\w+|classif\w+|label)\b/i.test(instruction)) return wordAnswer(inventLabel(data));
  return freeAnswer(instruction, data, strength);

  function wordAnswer(label: string): string {
    if (reading.format.wantsJson) return wordJson({ label }, reading, data, strength);
    return wordLabel(label, reading, data, strength);
  }
}
