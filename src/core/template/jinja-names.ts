/** A node of the parser's tree, reduced to the fields that carry names. */
export interface JinjaNode {
  readonly type: string;
}

type Names = ReadonlySet<string>;
type Found = Set<string>;

/**
 * How each kind of node binds names, and in which order its parts see them. All other kinds only contain parts.
 */
type Visit = (node: Record<string, unknown>, bound: Names, found: Found) => Names;

/** Names that a template reads without binding them by `set`, `for`, `macro` …, in order of first use. */
export function freeNames(program: JinjaNode): readonly string[] {
  const found: Found = new Set();
  visit(program, new Set(), found);
  return [...found];
}

/** Names that the template does not require: it tests whether they are defined or gives a default. */
export function optionalNames(program: JinjaNode): ReadonlySet<string> {
  const optional = new Set<string>();
  const look = (part: unknown): void => {
    for (const child of partsOf(part)) look(child);
    if (!isNode(part)) return;
    const isAsked =
      (part["type"] === "TestExpression" && ["defined", "undefined"].includes(nameOf(part["test"]) ?? "")) ||
      (part["type"] === "FilterExpression" && nameOf(part["filter"]) === "default");
    const name = isAsked ? nameOf(part["operand"]) : undefined;
    if (name !== undefined) optional.add(name);
  };
  look(program);
  return optional;
}

const visits: Readonly<Record<string, Visit>> = {
  Identifier(node, bound, found) {
    const name = nameOf(node);
    if (name !== undefined && !bound.has(name)) found.add(name);
    return bound;
  },
  Set(node, bound, found) {
    visit(node["value"], bound, found);
    visit(node["body"], bound, found);
    return visitTarget(node["assignee"], bound, found);
  },
  For(node, bound, found) {
    const iterable = node["iterable"];
    const isFiltered = isNode(iterable) && iterable["type"] === "SelectExpression";
    visit(isFiltered ? iterable["lhs"] : iterable, bound, found);
    const inner = new Set([...visitTarget(node["loopvar"], bound, found), "loop"]);
    if (isFiltered) visit(iterable["test"], inner, found);
    visit(node["body"], inner, found);
    visit(node["defaultBlock"], bound, found);
    return bound;
  },
  Macro(node, bound, found) {
    const outer = visitTarget(node["name"], bound, found);
    visit(node["body"], withParameters(node["args"], outer, found, ["varargs", "kwargs", "caller"]), found);
    return outer;
  },
  CallStatement(node, bound, found) {
    visit(node["call"], bound, found);
    visit(node["body"], withParameters(node["callerArgs"], bound, found, ["varargs", "kwargs"]), found);
    return bound;
  },
  MemberExpression(node, bound, found) {
    visit(node["object"], bound, found);
    if (node["computed"] === true) visit(node["property"], bound, found);
    return bound;
  },
  FilterExpression(node, bound, found) {
    visit(node["operand"], bound, found);
    return visitFilter(node["filter"], bound, found);
  },
  FilterStatement(node, bound, found) {
    visit(node["body"], bound, found);
    return visitFilter(node["filter"], bound, found);
  },
  TestExpression: (node, bound, found) => visit(node["operand"], bound, found),
  KeywordArgumentExpression: (node, bound, found) => visit(node["value"], bound, found),
};

/** Visits parts in order. Returns the names bound afterwards, for the statements that follow. */
function visit(part: unknown, bound: Names, found: Found): Names {
  if (isNode(part)) {
    const own = visits[String(part["type"])];
    if (own !== undefined) return own(part, bound, found);
  }
  return partsOf(part).reduce((names: Names, child) => visit(child, names, found), bound);
}

function visitTarget(target: unknown, bound: Names, found: Found): Names {
  if (!isNode(target)) return bound;
  if (target["type"] === "TupleLiteral") {
    return partsOf(target["value"]).reduce((names: Names, item) => visitTarget(item, names, found), bound);
  }
  const name = nameOf(target);
  return name === undefined ? visit(target, bound, found) : new Set([...bound, name]);
}

/** A filter's name is syntax; only its arguments are read. */
function visitFilter(filter: unknown, bound: Names, found: Found): Names {
  if (isNode(filter) && filter["type"] === "CallExpression") visit(filter["args"], bound, found);
  return bound;
}

function withParameters(parameters: unknown, bound: Names, found: Found, special: readonly string[]): Names {
  const names = new Set([...bound, ...special]);
  for (const parameter of partsOf(parameters)) {
    const name = isNode(parameter) ? (nameOf(parameter) ?? nameOf(parameter["key"])) : undefined;
    if (name !== undefined) names.add(name);
    if (isNode(parameter) && parameter["type"] === "KeywordArgumentExpression") {
      visit(parameter["value"], names, found);
    }
  }
  return names;
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node["type"] === "CallExpression") return nameOf(node["callee"]);
  return node["type"] === "Identifier" ? String(node["value"]) : undefined;
}

function partsOf(part: unknown): readonly unknown[] {
  if (part instanceof Map) return [...part].flat();
  if (Array.isArray(part)) return part;
  if (!isNode(part)) return [];
  // The operator is a token; `and`, `or`, `not` and `in` are tokens that look like names.
  const { operator: _, ...parts } = part;
  return Object.values(parts);
}

function isNode(part: unknown): part is Record<string, unknown> {
  return typeof part === "object" && part !== null && !Array.isArray(part) && !(part instanceof Map);
}
