import type { LanguageModel, ModelLayer } from "../../contracts/language-model.ts";
import type { RateGate } from "../limits/rate-gates.ts";
import { withComplete } from "./with-complete.ts";

/** Under the limiter: nothing is sent while the gate is closed. */
export function sendThroughGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) => withComplete(model, (request) => gate.send(() => model.complete(request)));
}

/** Over the limiter: a call that waits for the gate holds no place. */
export function waitAtGate(gate: RateGate): ModelLayer {
  return (model: LanguageModel) =>
    withComplete(model, (request) => gate.pass(request.signal, () => model.complete(request)));
}
