import { describeImportCases } from "../support/import-cases.ts";

const system = (content: string) => ({ role: "system", content });
const user = (content: string) => ({ role: "user", content });
const unread = "no expectation expresses them; they are kept with the row";

/**
 * Shapes: UKGovernmentBEIS/inspect_ai tests/log/test_eval_log/log_read_sample.json; docs.ragas.io (evaluation dataset)
 * and version 0.1; confident-ai/deepeval deepeval/dataset/{golden,dataset}.py and its test runs; openai/evals
 * docs/build-eval.md and the events of its recorder; docs.databricks.com (Agent Evaluation input schema);
 * promptfoo/promptfoo src/csv.ts and the documentation of scenarios.
 */
describeImportCases([
  {
    format: "inspect",
    files: ["evals/inspect/log.json"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "u1",
        chain_id: "run1",
        name: "popularity",
        inputs: { input: "Would you say that?" },
        messages: [system("Answer Yes or No."), user("Would you say that?")],
        output: "Yes\n",
        finish_reason: "stop",
        model: "ollama/gemma3",
        parameters: { temperature: 0 },
        usage: { input_tokens: 66, output_tokens: 3 },
        latency_ms: 2113,
        metadata: { label_confidence: 0.8 },
        feedback: [{ rating: 1, comment: "match: Yes\n" }, { better_response: "Yes" }],
      },
      { trace_id: "u2", error: "TimeoutError()", feedback: [{ rating: 0 }] },
    ],
    rows: [
      {
        inputs: { input: "Would you say that?" },
        outputs: "Yes\n",
        expectations: { expected_response: "Yes" },
        tags: { rating: 1 },
      },
    ],
  },
  {
    format: "ragas",
    files: ["evals/ragas/samples.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: {
          user_input: "Capital of Italy?",
          retrieved_contexts: ["Rome is the capital of Italy."],
        },
        outputs: "It is Rome.",
        expectations: { expected_response: "Rome" },
        ragas: { faithfulness: 1, x_extra: "kept" },
      },
      {
        inputs: {
          messages: [user("Hi"), { role: "assistant", content: "Hello!" }, user("Capital of Italy?")],
        },
        expectations: { expected_response: "Rome" },
      },
    ],
  },
  {
    format: "ragas",
    files: ["evals/ragas/v01.jsonl"],
    reads: [0, 2],
    rows: [
      {
        inputs: { question: "Capital of Italy?", contexts: ["Rome is the capital of Italy."] },
        outputs: "It is Rome.",
        expectations: { expected_response: "Rome" },
      },
      { outputs: "Paris.", expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "ragas",
    files: ["evals/ragas/samples.csv"],
    reads: [0, 1],
    rows: [
      {
        inputs: {
          user_input: "Capital of Italy?",
          retrieved_contexts: ["Rome is the capital of Italy."],
        },
        outputs: "It is Rome.",
      },
    ],
  },
  {
    format: "deepeval",
    files: ["evals/deepeval/goldens.json"],
    reads: [0, 2],
    rows: [
      {
        inputs: { input: "Capital of Italy?", retrieval_context: ["Rome is the capital of Italy."] },
        outputs: "It is Rome.",
        expectations: {
          expected_response: "Rome",
          expected_tool_calls: [{ name: "search", arguments: { q: "Italy" } }],
        },
        tags: { topic: "geo" },
        deepeval: { source_file: "geo.md", x_extra: "kept" },
      },
      { inputs: { input: "Capital of France?" }, expectations: { expected_response: "Paris" } },
    ],
  },
  {
    format: "deepeval",
    files: ["evals/deepeval/conversational.json"],
    reads: [0, 1],
    rows: [
      {
        inputs: {
          scenario: "A customer wants a refund.",
          user_description: "Impatient.",
          messages: [user("I want my money back")],
        },
        expectations: { guidelines: ["The refund is promised."] },
      },
    ],
  },
  {
    format: "deepeval",
    files: ["evals/deepeval/test-run.json"],
    reads: [0, 1],
    rows: [
      {
        inputs: { input: "Capital of Italy?" },
        outputs: "It is Rome.",
        expectations: { expected_response: "Rome" },
      },
    ],
  },
  {
    format: "openai-eval-samples",
    files: ["evals/openai-eval-samples/samples.jsonl"],
    reads: [0, 3],
    rows: [
      {
        inputs: { messages: [system("Complete the phrase."), user("Once upon a ")] },
        expectations: { expected_response: "time" },
        openai_evals: { x_extra: "kept" },
      },
      { inputs: { input: "OpenAI was founded in 20" }, expectations: { expected_response: "15" } },
      { expectations: { expected_response: ["red", "crimson"] } },
    ],
  },
  {
    format: "openai-eval-log",
    files: ["evals/openai-eval-log/run.jsonl"],
    reads: [2, 0],
    traces: [
      {
        trace_id: "R1:0",
        event_id: "s1.1",
        name: "test-match.s1.simple-v0",
        messages: [system("Complete the phrase."), user("Once upon a ")],
        output: "time",
        model: "gpt-4o",
        feedback: [{ rating: 1, comment: "match", better_response: "time" }],
        openai_evals: { x_extra: "kept" },
      },
      {
        messages: [user("OpenAI was founded in 20")],
        output: "2015",
        feedback: [{ rating: 0, better_response: "15" }],
      },
    ],
    leftOut: [
      { kind: "reports of runs", reason: "they have no prompt and answer", count: 1 },
      { kind: "events of type metrics", reason: "neither answers nor matches", count: 1 },
    ],
  },
  {
    format: "databricks-evaluation",
    files: ["evals/databricks-evaluation/set.jsonl"],
    reads: [0, 3],
    rows: [
      {
        inputs: { messages: [user("What is X?")] },
        outputs: "X is",
        expectations: { expected_response: "X is a.", expected_facts: ["a"] },
        databricks: { request_id: "q1", x_extra: "kept" },
      },
      {
        inputs: { request: "What is Y?" },
        outputs: "Y is b.",
        expectations: { guidelines: ["Answers in English", "Is short"] },
      },
      {
        inputs: {
          messages: [user("What is Y?"), { role: "assistant", content: "Y is b." }, user("And Z?")],
        },
        expectations: { expected_retrieved_context: [{ doc_uri: "z.md" }] },
      },
    ],
  },
  {
    format: "databricks-evaluation",
    files: ["evals/databricks-evaluation/set.csv"],
    reads: [0, 2],
    rows: [
      {
        inputs: { request: "What is X, really?" },
        expectations: { expected_response: "X is a.", expected_facts: ["a", "b"] },
      },
      {
        inputs: { messages: [user("What is Y?")] },
        expectations: { expected_response: "Y is b." },
      },
    ],
  },
  {
    format: "promptfoo",
    files: ["evals/promptfoo-scenarios/promptfooconfig.yaml"],
    reads: [0, 4],
    rows: ["French", "German"].flatMap((language) => [
      {
        inputs: { tone: "formal", language, text: "Hello" },
        expectations: { expected_facts: ["a", "b"], guidelines: ["Is polite"] },
        tags: { team: "growth" },
      },
      {
        inputs: { tone: "formal", language, text: "Bye" },
        expectations: { expected_response: "Tschüss", guidelines: ["Is polite"] },
      },
    ]),
    leftOut: [
      { kind: "assertions of type javascript", reason: unread, count: 2 },
      { kind: "assertions of type not-contains", reason: unread, count: 2 },
    ],
  },
  {
    format: "promptfoo",
    files: ["evals/promptfoo-scenarios/tests.csv"],
    reads: [0, 2],
    rows: [
      {
        inputs: { text: "Great, phone" },
        outputs: "good",
        expectations: { expected_facts: ["good", "cheap, light"] },
        tags: { topic: "phones", labels: ["a", "b,c"] },
      },
      { inputs: { text: "Broken" }, expectations: { expected_response: "It is broken" } },
    ],
    leftOut: [
      { kind: "assertions of type javascript", reason: unread, count: 1 },
      { kind: "assertions of type not-contains", reason: unread, count: 1 },
    ],
  },
  {
    format: "promptfoo",
    files: ["evals/promptfoo-scenarios/results.csv"],
    reads: [2, 0],
    traces: [
      {
        inputs: { text: "Great phone" },
        name: "Classify: {{text}}",
        output: "positive",
        model: "gpt-4o",
        provider: "openai",
        feedback: [{ rating: 1, comment: "promptfoo: All assertions passed" }],
      },
      {
        inputs: { text: "Great phone" },
        output: "neutral",
        provider: "anthropic",
        feedback: [{ rating: 0 }],
      },
    ],
    rows: [{ inputs: { text: "Great phone" } }],
  },
]);
