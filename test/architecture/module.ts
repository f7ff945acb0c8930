import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import ts from "typescript";

/** An import of any kind: static, of types, `import()`, `import("…").Type`, `export … from`. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** What the checks look at in one file of `src`. */
export interface Module {
  /** From the project's root, with slashes: `src/core/digest.ts`. */
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly defaultExportLines: readonly number[];
  /** Places where `process` or `console` is named, other than as a property. */
  readonly processGlobals: readonly { readonly name: string; readonly line: number }[];
}

const globalNames = new Set(["process", "console"]);
const globalObjects = new Set(["globalThis", "global"]);

/** Every `.ts` file under the folder, as path → text. */
export function readSources(root: string, folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file.replaceAll("\\", "/")))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

export function parseModules(sources: ReadonlyMap<string, string>): readonly Module[] {
  return [...sources].map(([path, text]) => parseModule(path, text));
}

function parseModule(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const imports: Import[] = [];
  const defaultExportLines: number[] = [];
  const processGlobals: { name: string; line: number }[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push({ specifier: specifier.text, line: lineOf(specifier) });
    if (isDefaultExport(node) && !isOfForeignModule(node)) defaultExportLines.push(lineOf(node));
    const name = globalNameOf(node);
    if (name !== undefined) processGlobals.push({ name, line: lineOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lineCount: text.replace(/\n$/, "").split("\n").length,
    imports,
    defaultExportLines,
    processGlobals,
  };
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  let found: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) found = node.moduleSpecifier;
  else if (ts.isExternalModuleReference(node)) found = node.expression;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) found = node.argument.literal;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    found = node.arguments[0];
  return found !== undefined && ts.isStringLiteralLike(found) ? found : undefined;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === "default";
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** True inside `declare module "name" { … }`, which describes another package's exports. */
function isOfForeignModule({ parent }: ts.Node): boolean {
  return ts.isModuleBlock(parent) && ts.isStringLiteral(parent.parent.name);
}

function globalNameOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return globalNames.has(node.text) && !isMemberName(node) ? node.text : undefined;
  const isOfGlobalObject = (object: ts.Node) => ts.isIdentifier(object) && globalObjects.has(object.text);
  if (ts.isPropertyAccessExpression(node) && isOfGlobalObject(node.expression))
    return globalNames.has(node.name.text) ? node.name.text : undefined;
  if (ts.isElementAccessExpression(node) && isOfGlobalObject(node.expression)) {
    const key = node.argumentExpression;
    return ts.isStringLiteralLike(key) && globalNames.has(key.text) ? key.text : undefined;
  }
  return undefined;
}

/** Is it the name of a member (`event.process`, `{ process: 1 }`), which has nothing to do with the global? */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isAccessor(parent)) &&
    parent.name === node
  );
}
