export const referenceArgument = [
  "<reference>",
  "path, path/3, path@production, path@latest, path@name, prv_… or prompts:/…",
] as const;
export const registryFlags = ["json", "registry", "config", "debug", "noColor"] as const;
