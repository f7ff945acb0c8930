import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { answerOffline } from "../../../src/offline/answer-offline.ts";

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
        days: { type: "integer" },
      },
      required: ["city"],
    },
  },
};

function ask(text: string, toolChoice?: JsonValue) {
  return answerOffline({
    model: "offline/small",
    messages: [
      { role: "system", content: "You help travellers." },
      { role: "user", content: text },
    ],
    parameters: { tools: [weather], ...(toolChoice === undefined ? {} : { toolChoice }) },
  });
}

describe("callTool", () => {
  it("calls the tool that shares words with the row, with arguments from it", () => {
    const { toolCalls, finishReason, text } = ask(
      "What will the weather be in New York for 3 days, in celsius?",
    );
    expect(finishReason).toBe("tool_calls");
    expect(text).toBe("");
    expect(toolCalls.map(({ name, arguments: given }) => [name, JSON.parse(given)])).toEqual([
      ["get_weather", { city: "New York", unit: "celsius", days: 3 }],
    ]);
  });

  it("answers in text if no tool fits or none may be called", () => {
    expect(ask("Tell me a story").finishReason).toBe("stop");
    expect(ask("Weather in Rome?", "none").toolCalls).toEqual([]);
  });

  it("calls a tool if required", () => {
    expect(ask("Tell me about Rome", "required").toolCalls).toHaveLength(1);
    expect(ask("Rome", { type: "function", function: { name: "get_weather" } }).toolCalls[0]?.name).toBe(
      "get_weather",
    );
  });
});
