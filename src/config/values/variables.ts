import { nearNames } from "../../core/text/near-names.ts";
import { isOptionalValue } from "../layout.ts";
import type { Problems } from "../problems.ts";
import { dotted, isTreeMap, type KeyPath, type Tree, type TreeMap } from "../tree.ts";
import type { EnvironmentVariables } from "./environment.ts";
import { isScalar, readVariableForm, type VariableForm } from "./variable-forms.ts";

/** `${env:NAME}`, `${var.NAME}` or `${param.NAME}`, with `:-fallback`. */
interface Placeholder {
  readonly source: "env" | "var" | "param";
  readonly name: string;
  readonly fallback: string | undefined;
  /** As written. */
  readonly text: string;
}

const pattern = /(\$?)\$\{(?:(env):|(var|param)\.)([^}:]*)(?::-([^}]*))?\}/g;

/** Splits a text into literal pieces and placeholders. `$${env:X}` is the literal text `${env:X}`. */
export function cutPlaceholders(text: string): readonly (string | Placeholder)[] {
  const pieces: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, dollar, env, other, name = "", fallback] = match;
    pieces.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (dollar === "$") pieces.push(whole.slice(1));
    else
      pieces.push({
        source: (env ?? other) as Placeholder["source"],
        name: name.trim(),
        fallback,
        text: whole,
      });
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== "");
}

type Scalar = string | number | boolean;

/** The source of placeholder values. */
interface Variables {
  /** The value of a placeholder; undefined if it has none, which is recorded. */
  fill(placeholder: Placeholder, path: KeyPath): Scalar | undefined;
  resolve(form: VariableForm, path: KeyPath): Scalar | undefined;
}

const secretName = /key|token|secret|passw/i;

/** Combines environment, `variables:` and `parameters:`. With `standIn`, unset names get its value. */
export function createVariables(
  tree: TreeMap,
  env: EnvironmentVariables,
  missing: MissingValues,
  problems: Problems,
  standIn?: (name: string, path: KeyPath) => string,
): Variables {
  const declared = { var: section(tree, "variables"), param: section(tree, "parameters") };

  /** Databricks leaves `{{secrets/…}}` in place if it has no value for it. */
  const fromEnvironment = (name: string): string | undefined => {
    const value = env[name];
    if (value === undefined || value === "" || /^\{\{.*\}\}$/s.test(value)) return undefined;
    if (secretName.test(name)) problems.hide(value);
    return value;
  };

  const noteMissingEnv = (name: string, path: KeyPath, isEmptyAllowed: string) =>
    missing.add(
      `env ${name}`,
      path,
      env[name] === "" ? `environment variable ${name} is empty` : `environment variable ${name} is not set`,
      `set it, add it to a .env file next to the config, or add a default: ${isEmptyAllowed}`,
    );

  const resolve = (form: VariableForm, path: KeyPath): Scalar | undefined => {
    const found = tryForm(form);
    if (found !== undefined) return found;
    if (standIn !== undefined && !isOptionalValue(path))
      return standIn("name" in form ? form.name : path.join("."), path);
    if (form.kind === "env") noteMissingEnv(form.name, path, `{env: ${form.name}, default_value: …}`);
    else if (form.kind === "databricks_secret")
      missing.add(
        `secret ${form.name}`,
        path,
        `the Databricks secret ${form.name} cannot be read here`,
        "add default_value, or use an environment variable: {env: NAME}",
      );
    else
      missing.add(
        `options ${path.join(".")}`,
        path,
        "none of the options has a value",
        "set one of them, or add default_value",
      );
    return undefined;
  };

  /** The value of a form; undefined if it has none, which is not recorded. */
  const tryForm = (form: VariableForm): Scalar | undefined => {
    if (form.kind === "value") return scalarOf(form.value);
    if (form.kind === "env") return fromEnvironment(form.name) ?? scalarOf(form.fallback);
    if (form.kind === "databricks_secret") return scalarOf(form.fallback);
    for (const option of form.options) {
      const inner = readVariableForm(option);
      const found = inner === undefined ? scalarOf(option) : tryForm(inner);
      if (found !== undefined) return found;
    }
    return scalarOf(form.fallback);
  };

  /** A scalar of the file with the environment filled in; undefined if a variable has no value. */
  const scalarOf = (value: Tree | undefined): Scalar | undefined => {
    if (typeof value !== "string") return isScalar(value) ? value : undefined;
    const pieces = cutPlaceholders(value).map((piece) => {
      if (typeof piece === "string") return piece;
      return piece.source === "env" ? (fromEnvironment(piece.name) ?? piece.fallback) : undefined;
    });
    return pieces.includes(undefined) ? undefined : pieces.join("");
  };

  /** `isProvided`: dao-ai fills it in at run time and takes it as empty until then. */
  const lookUp = (
    name: string,
  ): {
    readonly isDeclared: boolean;
    readonly isProvided?: boolean;
    readonly value?: Scalar | undefined;
  } => {
    for (const [kind, values] of [
      ["var", declared.var],
      ["param", declared.param],
    ] as const) {
      if (!Object.hasOwn(values, name)) continue;
      const entry = values[name] as Tree;
      const form = readVariableForm(entry);
      if (form !== undefined) return { isDeclared: true, value: tryForm(form) };
      const isLong = kind === "param" && isTreeMap(entry);
      const given = kind === "param" ? fromEnvironment(name) : undefined;
      const asInDaoAi = isLong ? fromEnvironment(daoAiName(name)) : undefined;
      return {
        isDeclared: true,
        isProvided: isLong && entry.provided === true,
        value: given ?? asInDaoAi ?? scalarOf(isLong ? entry.default : entry),
      };
    }
    return { isDeclared: false };
  };

  return {
    resolve,
    fill({ source, name, fallback, text }, path) {
      if (fallback?.includes("${")) {
        problems.report(
          path,
          `${text}}: a default cannot contain another placeholder`,
          "use {options: [{env: A}, {env: B}]}",
        );
        problems.mute(path);
        return undefined;
      }
      if (source === "env") {
        const found =
          fromEnvironment(name) ?? fallback ?? (isOptionalValue(path) ? undefined : standIn?.(name, path));
        if (found === undefined) noteMissingEnv(name, path, `\${env:${name}:-…}`);
        return found;
      }
      const { isDeclared, isProvided, value } = lookUp(name);
      if (value !== undefined || fallback !== undefined) return value ?? fallback;
      if (isProvided === true) return "";
      if (isDeclared && standIn !== undefined && !isOptionalValue(path)) return standIn(name, path);
      const names = [...Object.keys(declared.var), ...Object.keys(declared.param)];
      const near = nearNames(name, names);
      const section = source === "var" ? "variables" : "parameters";
      const declare =
        near.length > 0
          ? `did you mean ${near[0]}?`
          : `declare it under \`${section}\`, or add a default: \${${source}.${name}:-…}`;
      missing.add(
        `var ${name}`,
        path,
        isDeclared ? `variable ${name} has no value` : `there is no variable ${name}`,
        isDeclared ? `set one under \`${section}\`, or add a default: \${${source}.${name}:-…}` : declare,
      );
      return undefined;
    },
  };
}

/** dao-ai's environment variable for a parameter: `catalog.name` → `CATALOG_NAME`. */
function daoAiName(parameter: string): string {
  return parameter.toUpperCase().replaceAll(/[.-]/g, "_");
}

function section(tree: TreeMap, name: string): TreeMap {
  const found = tree[name];
  return isTreeMap(found) ? found : {};
}

/** Collects names without a value: one report per name, with every place that needs it. */
interface MissingValues {
  /** `id` identifies the missing value; `message` and `hint` of the first place count. */
  add(id: string, path: KeyPath, message: string, hint: string): void;
  reportTo(problems: Problems): void;
}

export function createMissingValues(
  isNeeded: (path: KeyPath) => boolean,
  isOptional: (path: KeyPath) => boolean,
): MissingValues {
  const missing = new Map<string, { paths: KeyPath[]; message: string; hint: string }>();
  const leftOut: { readonly path: KeyPath; readonly message: string }[] = [];
  return {
    add(id, path, message, hint) {
      if (!isNeeded(path)) return;
      if (isOptional(path)) {
        leftOut.push({ path, message });
        return;
      }
      const known = missing.get(id) ?? { paths: [], message, hint };
      known.paths.push(path);
      missing.set(id, known);
    },
    reportTo(problems) {
      for (const { path, message } of leftOut)
        problems.warn(path, `${message}; the DATABRICKS_ variables of the environment are used instead`);
      for (const { paths, message, hint } of missing.values()) {
        const [first = [], ...others] = paths;
        const also = others.length === 0 ? "" : ` (also needed by ${others.map(dotted).join(", ")})`;
        problems.report(first, `${message}${also}`, hint);
      }
      for (const { paths } of missing.values()) for (const path of paths) problems.mute(path);
    },
  };
}
