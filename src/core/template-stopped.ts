import { UsageError } from "./errors.ts";

/** A template that took too long or did too much: it is likely to do so again with other inputs. */
export class TemplateStoppedError extends UsageError {}
