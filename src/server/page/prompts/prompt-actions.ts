import { canonicalJson } from "../../../core/data/digest.ts";
import { ConflictError, NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { tagsOfTexts } from "../../humanloop/given-prompt.ts";
import type { ServerServices } from "../../server-services.ts";
import { deployedSentence, pageAuthor } from "../shell/deployed-sentence.ts";
import type { FormFields } from "../shell/form-fields.ts";
import type { PageAction } from "../shell/page-area.ts";
import { promptAddress } from "../shell/page-links.ts";
import { refuseChangedUse } from "../shell/shown-use.ts";
import { detailsDigest, detailsField } from "./panels/details-panel.ts";
import { draftOfForm } from "./panels/edited-version.ts";

type Services = Pick<ServerServices, "registry" | "project">;

/** What the forms of a prompt's page do. The rules are the registry's own. */
export function promptActions(
  services: Services,
  pathOf: (address: string) => string,
): Readonly<Record<string, PageAction>> {
  const { registry } = services;
  return {
    deploy: async (fields, request) => {
      const path = pathOf(request.path);
      const version = versionOf(fields);
      const environment = fields.get("new_environment").trim() || (await knownEnvironment(services, fields));
      await refuseChangedUse(registry, { path, version, environment }, fields);
      const moved = await registry.deploy(`${path}@${version}`, environment, {
        ...noteOf(fields),
        by: pageAuthor,
        force: fields.get("force") === "yes",
      });
      return { to: promptAddress(path, { version }), message: deployedSentence(path, moved) };
    },
    rollback: async (fields, request) => {
      const path = pathOf(request.path);
      const environment = fields.get("environment");
      await refuseMoved(services, path, fields);
      const moved = await registry.rollback(path, environment, { ...noteOf(fields), by: pageAuthor });
      return {
        to: promptAddress(path, { version: moved.to ?? undefined }),
        message: `Rolled back: ${deployedSentence(path, moved)}`,
      };
    },
    save: async (fields, request) => {
      const path = pathOf(request.path);
      const base = await registry.get(`${path}@${versionOf(fields)}`);
      const draft = draftOfForm(fields, base, services);
      if (draft.path !== path) await refuseTakenPath(services, draft.path);
      const { version, isNew } = await registry.upsert(draft);
      const to = promptAddress(version.path, {
        version: version.version,
        against: isNew && version.path === path ? base.version : undefined,
      });
      if (!isNew)
        return {
          to,
          message: `Version ${version.version} already has this text and these settings; no version was added.`,
        };
      const where =
        version.environments.length === 0
          ? "It is deployed nowhere yet."
          : `It is deployed to ${version.environments.join(", ")}.`;
      return { to, message: `Saved as version ${version.version} of ${version.path}. ${where}` };
    },
    describe: async (fields, request) => {
      const path = pathOf(request.path);
      const version = versionOf(fields);
      const known = await registry.get(`${path}@${version}`);
      const prompt = await registry.prompt(path);
      if (fields.has(detailsField) && fields.get(detailsField) !== detailsDigest(known, prompt))
        throw new ConflictError(`the details of ${path} were changed after this form was opened`, {
          hint: "nothing was changed; compare what you typed with the page, and save again to replace it",
        });
      const versionName = textOrNull(fields, "version_name");
      const versionDescription = textOrNull(fields, "version_description");
      if (
        versionName !== (known.versionName ?? null) ||
        versionDescription !== (known.versionDescription ?? null)
      )
        await registry.describeVersion(`${path}@${version}`, { versionName, versionDescription });
      const description = textOrNull(fields, "description");
      const tags = tagsOfTexts(
        fields
          .get("tags")
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== ""),
      );
      if (description !== (prompt.description ?? null) || canonicalJson(tags) !== canonicalJson(prompt.tags))
        await registry.describePrompt(path, { description, tags });
      return { to: promptAddress(path, { version }), message: "Saved." };
    },
  };
}

/** Deploying creates missing environments, so only the field for new ones may name one. */
async function knownEnvironment({ registry }: Services, fields: FormFields): Promise<string> {
  const name = fields.get("environment");
  const known = await registry.environments();
  if (known.includes(name)) return name;
  throw new NotFoundError("environment", name.slice(0, 100), nearNames(name, known));
}

function versionOf(fields: FormFields): number {
  const version = Number(fields.get("version"));
  if (!Number.isSafeInteger(version) || version < 1)
    throw new UsageError(`"${fields.get("version").slice(0, 40)}" is not the number of a version`);
  return version;
}

function noteOf(fields: FormFields): { readonly note?: string } {
  const note = fields.get("note").trim();
  return note === "" ? {} : { note };
}

function textOrNull(fields: FormFields, name: string): string | null {
  return fields.get(name).trim() || null;
}

/** Another person may have deployed another version after the form was opened. */
async function refuseMoved({ registry }: Services, path: string, fields: FormFields): Promise<void> {
  const environment = fields.get("environment");
  const now = (await registry.prompt(path)).environments[environment];
  if (now === undefined || fields.get("from") === String(now)) return;
  throw new ConflictError(
    `${environment} uses version ${now} by now, not ${fields.get("from").slice(0, 20)}`,
    {
      hint: "nothing was changed; read the page again, and decide anew",
    },
  );
}

async function refuseTakenPath({ registry }: Services, path: string): Promise<void> {
  try {
    await registry.prompt(path);
  } catch (error) {
    if (error instanceof NotFoundError) return;
    throw error;
  }
  throw new ConflictError(`there is already a prompt at ${path}`, { hint: "choose another path" });
}
