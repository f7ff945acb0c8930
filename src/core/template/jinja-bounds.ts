import { Interpreter } from "@huggingface/jinja";
import { TemplateStoppedError } from "../template-stopped.ts";
import type { JinjaNode } from "./jinja-names.ts";

interface JinjaValue {
  readonly value: unknown;
}
interface JinjaInterpreter {
  run(program: JinjaNode): JinjaValue;
  evaluate(node: JinjaNode | undefined, environment: unknown): JinjaValue;
}

/** The package's declarations name no file endings, so TypeScript sees no types behind its index. */
const PlainInterpreter = Interpreter as unknown as new (environment: unknown) => JinjaInterpreter;

/** Units of work a rendering may take: about a second of a slow machine. */
const maxWork = 3_000_000;
const unitsPerLoopItem = 5;
const charactersPerUnit = 20;
const itemsPerUnit = 20;

/** Counts what every expression costs, so that no loop and no doubling text runs on for ever. */
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
        "the jinja template cannot be rendered: it does too much: a loop is too long or a text too large",
      );
    if (typeof result.value === "function") hideSource(result.value);
    return result;
  }
}

/** An interpreter whose `run` throws once a template has done too much. Good for one rendering. */
export function createBoundedInterpreter(environment: unknown): Pick<JinjaInterpreter, "run"> {
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
