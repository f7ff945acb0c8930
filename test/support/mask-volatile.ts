/** Fields whose value depends on time, machine or port. The field's name replaces it. */
const volatileFields = [
  ...["started_at", "ended_at", "created_at", "updated_at", "at", "start_time", "end_time"],
  ...["seconds", "latency_ms", "provider_latency_ms", "provider_latency"],
  ...["url", "port", "database"],
];
/** Fields with an id derived from time or randomness; other ids are derived from content and stay. */
const idFields = ["run", "id", "prompt_id", "version_id", "trace_id", "log_id"];
const idPrefixes = ["r_", "pr_", "prv_", "env_", "log_", "tr_"];

const volatileField = new RegExp(`"(${volatileFields.join("|")})":( ?)(?:"[^"\\\\]*"|-?[0-9.e+-]+)`, "g");
const idField = new RegExp(`"(?:${idFields.join("|")})": ?"((?:${idPrefixes.join("|")})[\\w-]+)"`, "g");

/**
 * Replaces what differs from run to run in JSON texts and keeps layout and field order. Each id gets a name
 * that is the same in all texts, so that texts that share an id still share it. `literals` maps further
 * texts, such as a temporary folder, to their replacements.
 */
export function createMask(literals: Readonly<Record<string, string>>): (text: string) => string {
  const names = new Map(Object.entries(literals));
  const counts = new Map<string, number>();
  return (text) => {
    for (const [, id = ""] of text.matchAll(idField)) {
      if (names.has(id)) continue;
      const prefix = id.slice(0, id.indexOf("_"));
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      names.set(id, `<${prefix} ${count}>`);
    }
    // Longest first, because one literal may be a prefix of another.
    const byLength = [...names].sort(([a], [b]) => b.length - a.length);
    const named = byLength.reduce((masked, [found, name]) => masked.replaceAll(found, name), text);
    return named.replace(volatileField, (_, field: string, gap: string) => `"${field}":${gap}"<${field}>"`);
  };
}
