import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import type { JsonObject } from "../data/json.ts";
import { isDaoOptError, TemplateStoppedError, UsageError } from "../errors.ts";
import { freeNames, type JinjaNode, optionalNames } from "./jinja-names.ts";
import { createTimeBudget, type TimeBudget } from "./time-limit.ts";

interface JinjaValue {
  readonly value: unknown;
}
interface JinjaInterpreter {
  run(program: JinjaNode): JinjaValue;
  evaluate(node: JinjaNode | undefined, environment: unknown): JinjaValue;
}

/** The package's declarations omit file extensions, so TypeScript finds no types behind its index. */
const PlainInterpreter = Interpreter as unknown as new (environment: unknown) => JinjaInterpreter;

/** Work units per rendering: about one second on a slow machine. */
const maxWork = 3_000_000;
const unitsPerLoopItem = 5;
const charactersPerUnit = 20;
const itemsPerUnit = 20;

/** Counts the cost of every expression, so that loops and doubling texts cannot run forever. */
class BoundedInterpreter extends PlainInterpreter {
  #work = 0;
  readonly #iterables = new WeakSet<object>();

  override evaluate(node: JinjaNode | undefined, environment: unknown): JinjaValue {
    if (node?.type === "For") this.#iterables.add(iterableOf(node));
    const result = super.evaluate(node, environment);
    const isLoop = node !== undefined && this.#iterables.has(node);
    this.#work += 1 + costOf(result.value, isLoop ? unitsPerLoopItem : 1 / itemsPerUnit);
    if (this.#work > maxWork)
      throw new TemplateStoppedError(
        "the jinja template cannot be rendered: it exceeds the work limit: a loop is too long or a text too large",
      );
    if (typeof result.value === "function") hideSource(result.value);
    return result;
  }
}

/** An interpreter whose `run` throws if a template exceeds the work limit. Usable for one rendering. */
function createBoundedInterpreter(environment: unknown): Pick<JinjaInterpreter, "run"> {
  return new BoundedInterpreter(environment);
}

function iterableOf(loop: JinjaNode): object {
  const { iterable } = loop as JinjaNode & { readonly iterable: JinjaNode & { readonly lhs?: JinjaNode } };
  return iterable.type === "SelectExpression" ? (iterable.lhs ?? iterable) : iterable;
}

function costOf(value: unknown, unitsPerItem: number): number {
  if (typeof value === "string") return value.length / charactersPerUnit;
  if (Array.isArray(value)) return value.length * unitsPerItem;
  return value instanceof Map ? value.size * unitsPerItem : 0;
}

/** `{{ range }}` would otherwise print the interpreter's own code. */
function hideSource(value: object): void {
  Object.defineProperty(value, "toString", { value: () => "[function]", configurable: true });
}

/** The limit of Jinja2's own sandbox (`MAX_RANGE`). */
const maxRange = 100_000;
/** Time limit for reading or filling all texts of one template. */
const limitMs = 1000;

const constants = { true: true, false: false, none: null, True: true, False: false, None: null };
const globals: ReadonlySet<string> = new Set([
  ...Object.keys(constants),
  "range",
  "namespace",
  "raise_exception",
]);

/** A parsed jinja text that can be filled any number of times. */
interface ReadJinja {
  /** Free names in order of first use. */
  readonly all: readonly string[];
  /** The free names that the text does not test itself (`is defined`, `default(…)`). */
  readonly required: readonly string[];
  /** Throws UsageError if the text fails or exceeds a limit. */
  fill(inputs: JsonObject, budget: TimeBudget): string;
}

/** The time budget of one template: one second to read or fill all its texts. */
export function createJinjaBudget(): TimeBudget {
  return createTimeBudget(limitMs);
}

/**
 * Parses a jinja text. Throws UsageError if the syntax is broken or the template takes longer than a second.
 */
export function readJinja(text: string, budget: TimeBudget): ReadJinja {
  const { program, all, required } = inTime("read", budget, () => namesIn(text));
  return {
    all,
    required,
    fill: (inputs, left) => inTime("filled", left, () => fillJinja(program, all, inputs)),
  };
}

function namesIn(text: string) {
  const program = parsed(text);
  const all = freeNames(program).filter((name) => !globals.has(name));
  const optional = optionalNames(program);
  return { program, all, required: all.filter((name) => !optional.has(name)) };
}

function inTime<Result>(what: string, budget: TimeBudget, work: () => Result): Result {
  return budget.within(work, () => {
    return new TemplateStoppedError(
      `the jinja template was stopped: it could not be ${what} within ${limitMs / 1000} second`,
      { hint: "shorten its loops and texts, or do the work before the call and give its result as an input" },
    );
  });
}

/**
 * The interpreter wraps values and reads members from maps, never from JavaScript objects, so a text cannot
 * reach constructors, prototypes or the process. Work and ranges are limited, so it terminates. There is no
 * clock (`strftime_now`): equal inputs give equal texts.
 */
function fillJinja(program: JinjaNode, names: readonly string[], inputs: JsonObject): string {
  try {
    const scope = new Environment(createGlobals());
    for (const name of names) {
      if (Object.hasOwn(inputs, name)) scope.set(name, inputs[name]);
    }
    return String(createBoundedInterpreter(scope).run(program).value);
  } catch (cause) {
    if (isDaoOptError(cause)) throw cause;
    throw new UsageError(`the jinja template cannot be rendered: ${reasonOf(cause)}`, { cause });
  }
}

/** Throws UsageError if the syntax is broken or parsing takes longer than a second. */
export function parseJinja(text: string): JinjaNode {
  return inTime("read", createJinjaBudget(), () => parsed(text));
}

function parsed(text: string): JinjaNode {
  try {
    return parse(tokenize(text));
  } catch (cause) {
    throw new UsageError(`the jinja template cannot be read: ${reasonOf(cause)}`, {
      hint: "check its {{ … }} and {% … %}; every if, for, set and macro block needs its end",
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof RangeError && /call stack/i.test(cause.message)) return "it calls itself without end";
  // The parser reads past its last token and throws a plain TypeError.
  if (cause instanceof TypeError) return "a block or an expression has no end";
  return cause instanceof Error ? cause.message : String(cause);
}

function createGlobals() {
  const environment = new Environment();
  for (const [name, value] of Object.entries(constants)) environment.set(name, value);
  environment.set("range", boundedRange);
  environment.set("raise_exception", (message: unknown) => {
    throw new UsageError(`the jinja template raised an error: ${String(message)}`);
  });
  return environment;
}

function boundedRange(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error("range() needs a step other than 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= maxRange)) throw new Error(`range() of more than ${maxRange} numbers`);
  return Array.from({ length }, (_, at) => start + at * step);
}
