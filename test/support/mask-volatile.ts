/** Fields whose value depends on the moment, the machine or a port. The name of the field is put in their place. */
const volatileFields = [
  ...["started_at", "ended_at", "created_at", "updated_at", "at", "start_time", "end_time"],
  ...["seconds", "latency_ms", "provider_latency_ms", "provider_latency"],
  ...["url", "port"],
];
/** Fields that hold an id made of time or chance; ids of another form are made of content and stay. */
const idFields = ["run", "id", "prompt_id", "version_id", "trace_id", "log_id"];
const idPrefixes = ["r_", "pr_", "prv_", "env_", "log_", "tr_"];

const volatileField = new RegExp(`"(${volatileFields.join("|")})":( ?)(?:"[^"\\\\]*"|-?[0-9.e+-]+)`, "g");
const idField = new RegExp(`"(?:${idFields.join("|")})": ?"((?:${idPrefixes.join("|")})[\\w-]+)"`, "g");

/**
 * Replaces what differs from run to run in JSON texts, and nothing else: layout and order of fields stay.
 * Each id gets a name that is kept from text to text, so that texts that share an id still share it.
 * `literals` maps further texts, such as a temporary folder, to what is stored for them.
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
    // Longest first: one literal may begin with another.
    const byLength = [...names].sort(([a], [b]) => b.length - a.length);
    const named = byLength.reduce((masked, [found, name]) => masked.replaceAll(found, name), text);
    return named.replace(volatileField, (_, field: string, gap: string) => `"${field}":${gap}"<${field}>"`);
  };
}
