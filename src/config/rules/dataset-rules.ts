import { hasRows, isGivenAsFiles } from "../normalize/datasets.ts";
import type { Rule } from "./rule.ts";

const parts = ["train", "validation", "test"] as const;

const oneSource: Rule = ({ references, problems }) => {
  for (const { path, written } of references.dataset.things.values()) {
    const places = [
      [...path, "path"],
      [...path, "data"],
      [...path, "mlflow"],
      [...path, "split"],
    ];
    const given = [
      ...(written.path === undefined ? [] : ["path"]),
      ...(written.data === undefined ? [] : ["data"]),
      ...(written.mlflow === undefined ? [] : ["mlflow"]),
      ...(isGivenAsFiles(written.split) ? ["files under split"] : []),
    ];
    if (given.length > 1) problems.report(path, `${given.join(" and ")} are set`, "keep one of them");
    if (hasRows(written)) continue;
    const { name, description: _, ...rest } = written;
    const isAlone = name !== undefined && Object.values(rest).every((value) => value === undefined);
    if (!isAlone)
      problems.report(path, "has no source of rows", "set path, data, mlflow, or files under split", places);
  }
};

const oneKindOfMlflowRows: Rule = ({ references, problems }) => {
  for (const { path, written } of references.dataset.things.values()) {
    if (typeof written.mlflow !== "object") continue;
    const { dataset_id: id, experiment, filter } = written.mlflow;
    const place = [...path, "mlflow"];
    const places = ["dataset_id", "experiment"].map((key) => [...place, key]);
    if (id === undefined && experiment === undefined)
      problems.report(place, "names no rows", "set dataset_id, or experiment for its traces", places);
    else if (id !== undefined && experiment !== undefined)
      problems.report(place, "dataset_id and experiment are set", "keep one of them");
    else if (id !== undefined && filter !== undefined)
      problems.report([...place, "filter"], "applies to traces of an experiment only", "remove it");
  }
};

const partsAreAlike: Rule = ({ references, problems }) => {
  for (const { path, written } of references.dataset.things.values()) {
    const { split } = written;
    const given = parts.filter((part) => split?.[part] !== undefined);
    if (split === undefined || given.length === 0) continue;
    const wrong = given.find((part) => typeof split[part] !== typeof split[given[0] ?? "train"]);
    if (wrong !== undefined) {
      problems.report(
        [...path, "split", wrong],
        "files and shares are mixed",
        "use files for all parts, or shares for all",
      );
      continue;
    }
    for (const part of ["train", "validation"] as const) {
      const place = [...path, "split", part];
      const rest = parts.map((one) => [...path, "split", one]);
      if (split[part] === undefined)
        problems.report(place, "is missing", "set both train and validation", rest);
      if (split[part] === 0)
        problems.report(
          place,
          "must be greater than 0, got 0",
          "an engine needs train rows to learn from and validation rows to compare candidates",
        );
    }
  }
};

const rounding = 1e-9;

const sharesFit: Rule = ({ references, problems }) => {
  for (const { path, written } of references.dataset.things.values()) {
    const shares = parts.map((part) => written.split?.[part]).filter((one) => typeof one === "number");
    const sum = shares.reduce((total, one) => total + one, 0);
    if (sum <= 1 + rounding) continue;
    const shown = Math.round(sum * 1000) / 1000;
    problems.report([...path, "split"], `the shares add up to ${shown}`, "they may add up to at most 1");
  }
};

export const datasetRules: readonly Rule[] = [oneSource, oneKindOfMlflowRows, partsAreAlike, sharesFit];
