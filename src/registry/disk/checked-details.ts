import { ConfigError, RegistryError } from "../../core/errors.ts";
import { detailsDigest } from "../../formats/prompt-file/normal-form.ts";
import type { PromptDetails } from "../../formats/prompt-file/prompt-details.ts";
import { detailsOfFile } from "../../formats/prompt-file/render-prompt-file.ts";
import type { VersionRecord } from "../registry-storage.ts";

/** Reads details and checks their digest. Throws RegistryError if they were edited. */
export function checkedDetails(text: string, file: string, record: VersionRecord): PromptDetails {
  const hint =
    "versions are immutable: restore the file (git checkout) and register the edit with: dao-opt registry upsert";
  const details = readDetails(text, file, hint);
  if (detailsDigest(details) === record.digest) return details;
  throw new RegistryError(
    `${file} was edited after it was registered: it does not match the digest of version ${record.version}`,
    {
      hint,
    },
  );
}

function readDetails(text: string, file: string, hint: string): PromptDetails {
  try {
    return detailsOfFile(text, file);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new RegistryError(
      `${file} was edited after it was registered and cannot be read: ${cause.message}`,
      {
        hint,
        cause,
      },
    );
  }
}
