/** What the prompt is for; nothing when the task does not say. */
export function objectiveSection(objective: string): readonly string[] {
  return objective.trim() === "" ? [] : [`# Objective\n\n${objective.trim()}`];
}
