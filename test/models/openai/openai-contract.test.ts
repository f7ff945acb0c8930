import { openaiProvider } from "../../../src/models/openai/openai-model.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { describeLanguageModel } from "../../suites/language-model.ts";
import { always } from "../../support/loopback-faults.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { modelCatalog, modelSpec, noSecrets } from "../../support/model-specs.ts";

describeLanguageModel("the OpenAI provider alone", async () => {
  const server = await startLoopbackOpenAI();
  const hanging = await startLoopbackOpenAI({ faults: always({ kind: "hang" }) });
  const create = (baseUrl: string) =>
    openaiProvider.create({} as never, { spec: modelSpec({ baseUrl }), secrets: noSecrets });
  return {
    model: create(server.baseUrl),
    slow: create(hanging.baseUrl),
    async close() {
      await Promise.all([server.close(), hanging.close()]);
    },
  };
});

describeLanguageModel("the OpenAI provider under the whole stack", async () => {
  const server = await startLoopbackOpenAI();
  const hanging = await startLoopbackOpenAI({ faults: always({ kind: "hang" }) });
  const create = (baseUrl: string) =>
    buildModel(
      modelSpec({ baseUrl }),
      noSecrets,
      createStackServices({ concurrency: 16, catalog: modelCatalog, models: {} }),
    );
  return {
    model: await create(server.baseUrl),
    slow: await create(hanging.baseUrl),
    async close() {
      await Promise.all([server.close(), hanging.close()]);
    },
  };
});
