/** Who writes, and when. */
export interface RegistryClock {
  /** ISO 8601, UTC. */
  now(): string;
  /** Filed as the author where none is given. */
  readonly by?: string;
}

export interface RegistryOptions {
  readonly now?: () => Date;
  readonly by?: string;
}

export function registryClock({ now = () => new Date(), by }: RegistryOptions): RegistryClock {
  return { now: () => now().toISOString(), ...(by === undefined ? {} : { by }) };
}
