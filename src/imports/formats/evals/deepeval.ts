import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { objectsOf } from "../../bodies/native-parts.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember, valueIn } from "../../json-members.ts";

/** Members of goldens and test cases, in the spelling of files and of the platform. */
const names = {
  answer: ["actual_output", "actualOutput"],
  expected: ["expected_output", "expectedOutput"],
  retrieved: ["retrieval_context", "retrievalContext"],
  context: ["context"],
  tools: ["expected_tools", "expectedTools"],
  metadata: ["additional_metadata", "additionalMetadata", "metadata"],
} as const;
const ownMembers = [
  ...names.answer,
  ...names.retrieved,
  ...names.tools,
  "source_file",
  "sourceFile",
  "additional_metadata",
  "additionalMetadata",
];
const caseLists = ["testCases", "test_cases", "goldens", "conversational_goldens"];

/**
 * DeepEval's goldens and test cases (`EvaluationDataset.save_as`, `.deepeval` test runs), and conversational goldens.
 * The expected output is the expected answer, the actual output the recorded one.
 * https://deepeval.com/docs/evaluation-datasets
 */
export const deepeval: ImportFormat = {
  name: "deepeval",
  summary: "DeepEval goldens and test cases: JSON, JSON Lines and CSV",
  recognizes: (value) =>
    isJsonObject(value) && (isCase(value) || isConversation(value) || casesIn(value).length > 0),
  read: eachValue("deepeval", parts),
};

function isCase(value: JsonObject): boolean {
  const isTraced = ["traceId", "trace_id", "span_id", "sourceTraceId", "source_trace_id", "run_type"].some(
    (name) => name in value,
  );
  return !isTraced && typeof value["input"] === "string" && ownMembers.some((name) => name in value);
}

function isConversation(value: JsonObject): boolean {
  const isOwn = ["expected_outcome", "expectedOutcome", "user_description"].some((name) => name in value);
  return typeof value["scenario"] === "string" && isOwn;
}

function casesIn(value: JsonObject): readonly JsonObject[] {
  const list = caseLists.map((name) => value[name]).find(Array.isArray);
  const cases = objectsOf(list);
  return cases.length > 0 && cases.every((one) => isCase(one) || isConversation(one)) ? cases : [];
}

function* parts(value: JsonValue): Generator<Part> {
  if (!isJsonObject(value)) {
    yield { problem: "a golden is an object with an input" };
    return;
  }
  const cases = casesIn(value);
  for (const one of cases.length > 0 ? cases : [value]) yield partOf(one);
}

function partOf(value: JsonObject): Part {
  if (isConversation(value)) return conversationPart(value);
  const input = valueIn(value, "input");
  if (typeof input !== "string" && !isJsonObject(input)) return { problem: "input is missing or not a text" };
  const retrieved = valueIn(value, ...names.retrieved);
  const context = valueIn(value, ...names.context);
  const answer = valueIn(value, ...names.answer);
  const metadata = objectMember(value, ...names.metadata);
  const expectations = defined({
    expected_response: valueIn(value, ...names.expected),
    expected_tool_calls: toolCalls(valueIn(value, ...names.tools)),
  });
  const taken = new Set(["input", ...Object.values(names).flat()]);
  const other = leftovers("deepeval", value, taken);
  return {
    record: {
      // The original text, also if it happens to be JSON.
      inputs: { input: value["input"] ?? input, ...defined({ context, retrieval_context: retrieved }) },
      ...(answer === undefined ? {} : { outputs: answer }),
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(metadata === undefined ? {} : { tags: metadata }),
      ...(other === undefined ? {} : { other }),
    },
  };
}

/** `[{name, input_parameters}]` as `[{name, arguments}]`. */
function toolCalls(value: JsonValue | undefined): JsonValue | undefined {
  const calls = objectsOf(value).flatMap((call): JsonObject[] => {
    const parameters = objectMember(call, "input_parameters", "inputParameters");
    return typeof call["name"] === "string"
      ? [{ name: call["name"], ...defined({ arguments: parameters }) }]
      : [];
  });
  return calls.length === 0 ? undefined : calls;
}

/** A scenario for a simulated conversation. Its outcome is a rule for the answer, not its text. */
function conversationPart(value: JsonObject): Part {
  const outcome = valueIn(value, "expected_outcome", "expectedOutcome");
  const turns = objectsOf(valueIn(value, "turns")).map(({ role, content }) => ({
    role: role ?? "user",
    content: content ?? null,
  }));
  const inputs = defined({
    scenario: valueIn(value, "scenario"),
    user_description: valueIn(value, "user_description", "userDescription"),
    context: valueIn(value, "context"),
    messages: turns.length === 0 ? undefined : (turns as JsonValue),
  });
  const metadata = objectMember(value, ...names.metadata);
  const taken =
    "scenario user_description userDescription context turns expected_outcome expectedOutcome additional_metadata additionalMetadata metadata";
  const other = leftovers("deepeval", value, new Set(taken.split(" ")));
  return {
    record: {
      inputs,
      ...(typeof outcome === "string" ? { expectations: { guidelines: [outcome] } } : {}),
      ...(metadata === undefined ? {} : { tags: metadata }),
      ...(other === undefined ? {} : { other }),
    },
  };
}
