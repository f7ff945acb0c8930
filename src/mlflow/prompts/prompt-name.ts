import { UsageError } from "../../core/errors.ts";

/** Tag with the path of the registry, which the name in MLflow does not keep apart from dots. */
export const pathTag = "dao_opt.path";
/** Tag with the version's id in the registry: the sign that it was pushed already. */
export const versionIdTag = "dao_opt.version_id";

const longestName = 256;
const longestAlias = 255;

/** `main/default/x` as `main.default.x`. UsageError for a path whose name MLflow refuses. */
export function mlflowPromptName(path: string): string {
  const name = path.replaceAll("/", ".");
  const strange = name.replace(/[A-Za-z0-9_.-]/g, "");
  if (strange !== "" || name === "") {
    const what = name === "" ? "it is empty" : `it holds ${JSON.stringify([...strange][0])}`;
    throw new UsageError(`the prompt ${JSON.stringify(path)} cannot have a name in MLflow: ${what}`, {
      hint: "MLflow takes letters of ASCII, digits, _ . and -; rename the prompt with `dao-opt registry move`",
    });
  }
  if (name.length > longestName) {
    throw new UsageError(
      `the prompt ${JSON.stringify(path)} cannot have a name in MLflow: over ${longestName} characters`,
    );
  }
  return name;
}

/** Where a prompt of MLflow belongs in the registry: its tag, else folders for a name of three parts. */
export function pathOfMlflowPrompt(name: string, tags: Readonly<Record<string, string>>): string {
  const tagged = tags[pathTag] ?? tags[ucTagKey(pathTag)];
  if (tagged !== undefined && tagged !== "") return tagged;
  const parts = name.split(".");
  return parts.length === 3 && parts.every((part) => part !== "") ? parts.join("/") : name;
}

/** UsageError for an alias that MLflow refuses. */
export function checkMlflowAlias(alias: string): void {
  const reason =
    !/^[\w-]+$/.test(alias) || alias.length > longestAlias
      ? `it needs 1 to ${longestAlias} letters, digits, _ or -`
      : alias.toLowerCase() === "latest"
        ? "`latest` is always the newest version"
        : /^v\d+$/i.test(alias)
          ? "it looks like the number of a version"
          : undefined;
  if (reason === undefined) return;
  throw new UsageError(`MLflow refuses the alias ${JSON.stringify(alias)}: ${reason}`, {
    hint: "choose another alias, such as production",
  });
}

/** Keys of Unity Catalog have no dots. */
export function ucTagKey(key: string): string {
  return key.replaceAll(".", "_");
}
