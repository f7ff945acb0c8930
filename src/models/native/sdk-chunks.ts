import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { endOf, isOwnCall, isUnended, toolCallBody, usageBody } from "./sdk-answer.ts";
import type { SdkStreamPart, SdkWarning } from "./sdk-model.ts";

/** Converts the parts of one stream to chunks of chat completions. */
interface ChunkMaker {
  /** The chunks of a part. Throws the error that a part carries. */
  of(part: SdkStreamPart): readonly JsonObject[];
  readonly isEnded: boolean;
}

export function createChunkMaker(
  model: string,
  onWarnings: (found: readonly SdkWarning[]) => void,
): ChunkMaker {
  let head: JsonObject = { object: "chat.completion.chunk", model };
  let isEnded = false;
  /** Ids of tool calls, in the order in which they began. */
  const calls: string[] = [];
  const chunk = (delta: JsonObject): JsonObject => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: null }],
  });
  const callPiece = (id: string, piece: JsonObject) =>
    chunk({ tool_calls: [{ index: calls.indexOf(id), ...piece }] });

  function begin(id: string, toolName: string | undefined, input: string): readonly JsonObject[] {
    calls.push(id);
    return [callPiece(id, toolCallBody({ toolCallId: id, input, ...defined({ toolName }) }))];
  }

  return {
    get isEnded() {
      return isEnded;
    },
    of(part) {
      const { type, id = "", delta = "" } = part;
      switch (type) {
        case "stream-start":
          onWarnings(part.warnings ?? []);
          return [];
        case "response-metadata":
          head = { ...head, ...defined({ id: part.id, model: part.modelId ?? model }) };
          return [];
        case "text-delta":
          return [chunk({ content: delta })];
        case "reasoning-delta":
          return [chunk({ reasoning_content: delta })];
        case "tool-input-start":
          return part.providerExecuted === true ? [] : begin(id, part.toolName, "");
        case "tool-input-delta":
          return calls.includes(id) ? [callPiece(id, { function: { arguments: delta } })] : [];
        case "tool-call":
          if (!isOwnCall(part) || calls.includes(part.toolCallId ?? "")) return [];
          return begin(part.toolCallId ?? "", part.toolName, part.input ?? "");
        case "finish":
          isEnded = part.finishReason === undefined || !isUnended(part.finishReason);
          return isEnded ? endChunks(part, head) : [];
        case "error":
          throw part.error;
        default:
          return [];
      }
    },
  };
}

function endChunks({ finishReason, usage }: SdkStreamPart, head: JsonObject): readonly JsonObject[] {
  const end = finishReason === undefined ? { finish_reason: "stop" } : endOf(finishReason);
  const counted = usage === undefined ? undefined : usageBody(usage);
  return [
    { ...head, choices: [{ index: 0, delta: {}, ...end }] },
    ...(counted === undefined ? [] : [{ ...head, choices: [], usage: counted }]),
  ];
}
