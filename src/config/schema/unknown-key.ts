import { nearNames } from "../../core/text/near-names.ts";
import { sectionsOf, type ThingKind } from "../layout.ts";
import { dotted, isTreeMap, type KeyPath, type TreeMap, treeAt } from "../tree.ts";
import { allowedKeys } from "./json-schema.ts";

type Synonyms = Readonly<Record<string, string>>;

/** Other tools' names for a key. A meaning that is not a key at the same level is a phrase: `budget: {…}`. */
function table(entries: readonly (readonly [meaning: string, words: string])[]): Synonyms {
  return Object.fromEntries(
    entries.flatMap(([meaning, words]) => words.split(" ").map((word) => [word, meaning] as const)),
  );
}

const ofOptimization = table([
  ["max_steps", "steps num_steps n_steps iterations max_iterations num_iterations epochs rounds max_rounds"],
  ["num_candidates", "candidates n_candidates max_candidates num_samples breadth proposals"],
  [
    "scorer_model",
    "judge_model judge grader_model grader scoring_model evaluator_model eval_model critic_model",
  ],
  [
    "reflection_model",
    "reflection_lm teacher_model optimizer_model rewrite_model proposer_model prompt_model meta_model",
  ],
  ["source_model", "baseline_model from_model reference_model old_model current_model"],
  ["the `model` of the agent", "target_model model task_model student_model to_model new_model llm"],
  [
    "dataset_name",
    "data train_data training_data training_dataset trainset dataset_path eval_dataset datasets examples",
  ],
  ["scorers", "scorer metric metrics scoring evaluators evaluator score_function scorer_name"],
  ["optimizer", "engine algorithm strategy method"],
  ["prompt", "prompt_name prompt_uri template base_prompt"],
  ["agent", "agent_name"],
  ["deploy_to", "environment deploy deployment env"],
  ["seed", "random_seed random_state"],
  ["max_error_rate", "error_rate max_errors"],
  ["patience", "early_stopping early_stop"],
  ["`budget: {calls: …}`", "max_calls max_metric_calls max_requests"],
  ["`budget: {usd: …}`", "max_cost max_usd cost_limit"],
  ["`budget: {tokens: …}`", "max_tokens"],
  ["`budget: {minutes: …}`", "timeout max_minutes time_limit"],
  ["`gate: {min_gain: …}`", "min_gain min_improvement threshold"],
  ["`gate: {margin: …}`", "margin"],
]);

const ofModel = table([
  ["name", "model model_id model_name deployment deployment_name engine id"],
  ["base_url", "endpoint api_base url host api_url baseurl openai_api_base azure_endpoint api_endpoint"],
  ["api_key", "key apikey token openai_api_key secret_key"],
  ["max_tokens", "max_output_tokens max_completion_tokens maxtokens max_new_tokens num_predict"],
  ["stop", "stop_sequences"],
  ["timeout_seconds", "timeout request_timeout timeout_s"],
  ["retries", "max_retries num_retries"],
  ["provider", "type vendor api_type backend custom_llm_provider"],
  ["other", "extra_body model_kwargs extra params parameters litellm_params config"],
  ["headers", "extra_headers default_headers"],
  ["price", "cost costs pricing prices"],
  ["fallbacks", "fallback fallback_models"],
  ["`limits: {requests_per_minute: …}`", "rpm requests_per_minute rate_limit"],
  ["`limits: {tokens_per_minute: …}`", "tpm tokens_per_minute"],
  ["`limits: {concurrency: …}`", "concurrency max_concurrency max_parallel_requests"],
]);

const ofPrompt = table([
  [
    "default_template",
    "text content prompt messages system system_prompt user instruction instructions body value",
  ],
  ["template_language", "language format template_format engine"],
  ["locked", "protected frozen keep fixed"],
  ["max_prompt_tokens", "max_tokens max_length"],
  ["tags", "labels metadata"],
  ["alias", "environment label stage"],
  ["file", "path filename template_file"],
]);

const ofDataset = table([
  ["path", "file filename source uri location file_path dataset_path"],
  ["data", "rows examples items tests records samples"],
  ["inputs", "columns variables input vars input_columns features mapping"],
  [
    "expected",
    "output outputs label labels answer target targets expected_output expected_response ground_truth reference",
  ],
  ["split", "splits partition"],
]);

const ofAgent = table([
  ["model", "llm model_name target_model models"],
  ["prompt", "template system_prompt prompt_name prompts instructions"],
  ["tools", "functions"],
  ["`run: {command: …}`", "command cmd"],
  ["`run: {module: …}`", "module"],
  ["`run: {http: …}`", "http url endpoint"],
]);

const ofTop = table([
  ["`resources: {llms: …}`", "models model llms llm model_list"],
  ["prompts", "prompt templates template"],
  ["datasets", "data dataset tests examples"],
  ["optimizations", "optimization optimize optimizers"],
  ["`optimizations: {prompt_optimizations: …}`", "prompt_optimizations prompt_optimization"],
]);

const ofBudget = table([
  ["usd", "cost max_cost dollars money max_usd price"],
  ["calls", "max_calls requests max_requests"],
  ["tokens", "max_tokens"],
  ["minutes", "time seconds timeout hours"],
]);
const ofGate = table([
  ["min_gain", "threshold min_improvement improvement"],
  ["confidence", "alpha significance level"],
]);
const ofSplit = table([
  ["validation", "val valid dev eval"],
  ["train", "training"],
  ["test", "holdout testing"],
]);

const tables: readonly (readonly [section: RegExp, synonyms: Synonyms])[] = [
  [/^$/, ofTop],
  [/^resources$/, table([["llms", "llm model language_models"]])],
  [/^optimizations\.prompt_optimizations\.[^.]+$/, ofOptimization],
  [/^optimizations\.prompt_optimizations\.[^.]+\.budget$/, ofBudget],
  [/^optimizations\.prompt_optimizations\.[^.]+\.gate$/, ofGate],
  [/^resources\.(llms|models)\.[^.]+$|\.(\w+_)?model$/, ofModel],
  [/^prompts\.[^.]+$|\.prompt$/, ofPrompt],
  [/^datasets\.[^.]+$|\.dataset(_name)?$/, ofDataset],
  [/^datasets\.[^.]+\.split$|\.split$/, ofSplit],
  [/^agents\.[^.]+$|\.agent$/, ofAgent],
];

/** The key, or a phrase, for another tool's name; undefined if unknown. */
function synonymOf(key: string, path: KeyPath): string | undefined {
  const at = path.join(".");
  const low = key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("-", "_");
  for (const [section, synonyms] of tables)
    if (section.test(at) && Object.hasOwn(synonyms, low)) return synonyms[low];
  return undefined;
}

interface UnknownKey {
  readonly hint: string;
  /** The intended key at the same level. */
  readonly meant?: string;
  /** Dotted paths of things declared under the key; referring to them is not reported. */
  readonly things: readonly string[];
}

const things: readonly (readonly [kind: string, section: KeyPath])[] = [
  ...(Object.entries(sectionsOf) as [ThingKind, readonly KeyPath[]][]).map(
    ([kind, [section = []]]) => [kind, section] as const,
  ),
  ["optimization", ["optimizations", "prompt_optimizations"]],
];

/** Explains what an unknown key was meant to be. */
export function explainUnknownKey(path: KeyPath, key: string, tree: TreeMap): UnknownKey {
  const allowed = allowedKeys(path) ?? [];
  const misplaced = path.length === 0 ? thingAtTop(key, tree) : undefined;
  if (misplaced !== undefined) return misplaced;
  const [outer = "", inner = ""] = path;
  if (
    path.length === 2 &&
    outer !== "resources" &&
    outer !== "optimizations" &&
    allowedKeys([])?.includes(inner)
  ) {
    const hint = `${inner} is a section of its own; write it at the left edge, not below ${outer}`;
    return { hint, things: declared(path, [inner], tree) };
  }
  const free = allowed.filter((name) => treeAt(tree, [...path, name]) === undefined);
  const synonym = synonymOf(key, path);
  const [nearest] = nearNames(key, allowed);
  // If a key is both a synonym and a near misspelling, a difference of one letter wins.
  const meant = synonym === undefined ? nearest : allowed.includes(synonym) ? synonym : undefined;
  if (meant !== undefined) {
    const isThere = !free.includes(meant);
    return {
      hint: isThere ? `did you mean ${meant}, which is also set? Keep one of them` : `did you mean ${meant}?`,
      ...(isThere ? {} : { meant }),
      things: declared([...path, key], [...path, meant], tree),
    };
  }
  if (synonym !== undefined) {
    const section = /^`resources: \{llms/.test(synonym) ? ["resources", "llms"] : undefined;
    const things = section === undefined ? [] : declared([...path, key], section, tree);
    return { hint: `write it as ${synonym}`, things };
  }
  const owner = ownerOf(path, key);
  return { hint: owner ?? "remove it, or start its name with x-", things: [] };
}

/** Another kind of thing that has the key. */
function ownerOf(path: KeyPath, key: string): string | undefined {
  if (path.length === 0 || key === "name" || key === "description") return undefined;
  const owners = things.filter(([, section]) => allowedKeys([...section, "x"])?.includes(key));
  const [owner] = owners;
  if (owner === undefined || owners.length > 2) return undefined;
  const [kind, section] = owner;
  return `it belongs to ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}: ${dotted(section)}.<key>.${key}`;
}

/** A prompt, model … at the top level, as after lost indentation. */
function thingAtTop(key: string, tree: TreeMap): UnknownKey | undefined {
  const value = tree[key];
  if (!isTreeMap(value) || Object.keys(value).length === 0) return undefined;
  const names = Object.keys(value).filter((name) => name !== "name" && name !== "description");
  const fits = ([, section]: readonly [string, KeyPath]) => {
    const allowed = allowedKeys([...section, "x"]) ?? [];
    return names.length > 0 && names.every((name) => allowed.includes(name));
  };
  const found = things.find(fits);
  if (found === undefined || allowedKeys([])?.includes(key)) return undefined;
  const [kind, section] = found;
  const hint = `it looks like ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}; indent it below \`${section.join(": ")}:\``;
  return { hint, things: [dotted([...section, key])] };
}

function declared(from: KeyPath, to: KeyPath, tree: TreeMap): readonly string[] {
  const value = treeAt(tree, from);
  return isTreeMap(value) ? Object.keys(value).map((key) => dotted([...to, key])) : [];
}
