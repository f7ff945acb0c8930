import type { Address, AgentExchange, Exchange, ModelExchange } from "../../contracts/answer-store.ts";
import { claimLeaseMs } from "../../contracts/shared-answers.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { asciiJson, asciiText } from "../../postgres/ascii-json.ts";
import type { Postgres } from "../../postgres/connect-postgres.ts";
import type { SchemaFamily } from "../../postgres/prepare-schema.ts";
import { type ClaimOwner, shownOwner } from "./claim-owner.ts";

/** Answers without their questions: prompts and rows of a team stay out of a database that others read. */
export const answersSchema: SchemaFamily = {
  name: "answers",
  tables: ["dao_opt_answers", "dao_opt_claims"],
  versions: [
    [
      `create table if not exists dao_opt_answers (
        address bytea not null,
        rules smallint not null,
        kind text not null,
        endpoint text,
        model text,
        answer json not null,
        created_at timestamptz not null default now(),
        primary key (address, rules)
      )`,
      "create index if not exists dao_opt_answers_created_at on dao_opt_answers (created_at)",
      // Not logged: after a crash of the server, claims are gone and no answer is.
      `create unlogged table if not exists dao_opt_claims (
        address bytea not null,
        rules smallint not null,
        owner text not null,
        expires_at timestamptz not null,
        primary key (address, rules)
      )`,
      "create index if not exists dao_opt_claims_owner on dao_opt_claims (owner)",
    ],
  ],
};

export type StoredAnswer = Omit<ModelExchange, "question"> | Omit<AgentExchange, "question">;

export interface ClaimedRow {
  readonly state: "owned" | "held" | "answered";
  readonly owner?: string;
  readonly answer?: StoredAnswer;
}

/** The statements of shared answers in PostgreSQL; each works on many addresses. */
export interface AnswerTable {
  find(addresses: readonly Address[]): Promise<ReadonlyMap<Address, StoredAnswer>>;
  claim(addresses: readonly Address[]): Promise<ReadonlyMap<Address, ClaimedRow>>;
  /** Stores answers and ends claims, as one. An answer that is there already stays. */
  store(answers: ReadonlyMap<Address, Exchange>, released: readonly Address[]): Promise<void>;
  /** Renews all claims of this owner. */
  renew(): Promise<void>;
  releaseAll(): Promise<void>;
}

const bytes = (address: Address): Buffer => Buffer.from(address, "hex");
const hex = (value: unknown): Address => (value as Buffer).toString("hex");

export function openAnswerTable({ query, transaction }: Postgres, own: ClaimOwner): AnswerTable {
  const owner = own.name;
  const lease = [rulesNumber, owner, claimLeaseMs / 1000] as const;
  const find: AnswerTable["find"] = async (addresses) => {
    const rows = await query(
      "select address, answer from dao_opt_answers where rules = $1 and address = any($2::bytea[])",
      [rulesNumber, addresses.map(bytes)],
    );
    return new Map(rows.map(({ address, answer }) => [hex(address), answer as StoredAnswer]));
  };
  return {
    find,
    async claim(addresses) {
      // Ordered, so that two processes never wait for each other's rows.
      const taken = await query(
        `insert into dao_opt_claims as claim (address, rules, owner, expires_at)
         select address, $1, $2, clock_timestamp() + make_interval(secs => $3)
         from unnest($4::bytea[]) as wanted (address) order by address
         on conflict (address, rules) do update set owner = excluded.owner, expires_at = excluded.expires_at
         where claim.expires_at < clock_timestamp()
         returning address`,
        [...lease, addresses.map(bytes)],
      );
      const owned = new Set(taken.map(({ address }) => hex(address)));
      // In a statement of its own: the first does not see what was committed while it ran.
      const answers = await find(addresses);
      const needless = [...owned].filter((address) => answers.has(address));
      if (needless.length > 0) await release(needless);
      const others = addresses.filter((address) => !owned.has(address) && !answers.has(address));
      const owners = others.length === 0 ? new Map<Address, string>() : await ownersOf(others);
      await endClaimsOf([...new Set(owners.values())].filter(own.isGone));
      return new Map(
        addresses.map((address): [Address, ClaimedRow] => {
          const answer = answers.get(address);
          if (answer !== undefined) return [address, { state: "answered", answer }];
          if (owned.has(address)) return [address, { state: "owned" }];
          const name = owners.get(address);
          return [address, { state: "held", ...(name === undefined ? {} : { owner: shownOwner(name) }) }];
        }),
      );
    },
    async store(answers, released) {
      await transaction(async (run) => {
        const rows = [...answers].map(([address, exchange]) => ({ address, ...rowOf(exchange) }));
        if (rows.length > 0)
          await run(
            `insert into dao_opt_answers (address, rules, kind, endpoint, model, answer)
             select address, $1, kind, endpoint, model, answer::json
             from unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[])
               as given (address, kind, endpoint, model, answer)
             order by address on conflict do nothing`,
            [
              rulesNumber,
              rows.map(({ address }) => bytes(address)),
              ...(["kind", "endpoint", "model", "answer"] as const).map((key) => rows.map((row) => row[key])),
            ],
          );
        if (released.length > 0) await run(...releaseOf(released));
      });
    },
    async renew() {
      await query(
        `update dao_opt_claims set expires_at = clock_timestamp() + make_interval(secs => $2) where owner = $1`,
        [owner, claimLeaseMs / 1000],
      );
    },
    async releaseAll() {
      await query("delete from dao_opt_claims where owner = $1", [owner]);
    },
  };

  function releaseOf(addresses: readonly Address[]): [string, readonly unknown[]] {
    const sql = `delete from dao_opt_claims where rules = $1 and owner = $2 and address in (
      select address from dao_opt_claims where rules = $1 and owner = $2 and address = any($3::bytea[])
      order by address for update)`;
    return [sql, [rulesNumber, owner, addresses.map(bytes)]];
  }
  async function release(addresses: readonly Address[]): Promise<void> {
    await query(...releaseOf(addresses));
  }
  /** Of processes of this machine that were killed: the next claim need not wait for the end of their lease. */
  async function endClaimsOf(gone: readonly string[]): Promise<void> {
    if (gone.length > 0) await query("delete from dao_opt_claims where owner = any($1)", [gone]);
  }
  async function ownersOf(addresses: readonly Address[]): Promise<ReadonlyMap<Address, string>> {
    const rows = await query(
      "select address, owner from dao_opt_claims where rules = $1 and address = any($2::bytea[])",
      [rulesNumber, addresses.map(bytes)],
    );
    return new Map(rows.map(({ address, owner: name }) => [hex(address), String(name)]));
  }
}

function rowOf({ question, ...answer }: Exchange) {
  const isModel = question.kind === "model";
  return {
    kind: question.kind,
    endpoint: isModel ? asciiText(question.baseUrl ?? question.provider) : null,
    model: isModel ? asciiText(question.model) : null,
    answer: asciiJson(answer),
  };
}
