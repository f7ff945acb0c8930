import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { promptRegistrySuite } from "../suites/prompt-registry.ts";

promptRegistrySuite("in memory", createMemoryRegistry);
