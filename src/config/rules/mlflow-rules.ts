import type { Rule } from "./rule.ts";

const example = "http://127.0.0.1:5000";

/** MLflow's own client also takes paths, databases and profiles, which only Python opens. */
const mlflowIsAServer: Rule = ({ file, problems }) => {
  const { registry, tracking } = file;
  for (const [section, address] of [
    ["tracking", tracking?.mlflow],
    ["registry", registry.mlflow],
  ] as const) {
    if (typeof address !== "string" || isServer(address)) continue;
    const cure = /^databricks(-uc)?:/i.test(address)
      ? "write databricks, and set DATABRICKS_HOST and DATABRICKS_TOKEN; profiles of ~/.databrickscfg are not read"
      : `start \`mlflow server --backend-store-uri …\` over that store, and write its address, such as ${example}`;
    problems.report([section, "mlflow"], "is not the address of an MLflow server", cure);
  }
};

function isServer(address: string): boolean {
  const text = address.trim();
  if (/^databricks(-uc)?$/i.test(text)) return true;
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

export const mlflowRules: readonly Rule[] = [mlflowIsAServer];
