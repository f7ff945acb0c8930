import { createCallServices } from "../../../calls/prompt/call-services.ts";
import type { PageArea } from "../shell/page-area.ts";
import { createPlaygroundJobs } from "./playground-jobs.ts";
import {
  type PlaygroundServices,
  playgroundEvents,
  playgroundPage,
  runPlayground,
  stopPlayground,
} from "./playground-page.ts";

export const playgroundArea: PageArea = {
  name: "Playground",
  address: "/ui/playground",
  pages: (given) => {
    const { registry, traces, env, models, templates, allowedEndpoints, clock } = given;
    const calls = createCallServices({
      ...{ registry, traces, env, models, templates, allowedEndpoints },
      now: () => clock.now(),
    });
    const services: PlaygroundServices = { ...given, calls, jobs: createPlaygroundJobs(given) };
    return [
      {
        path: "/ui/playground",
        show: (request) => playgroundPage(services, request),
        actions: {
          run: (fields) => runPlayground(fields, services),
          stop: (fields, request) => stopPlayground(fields, services, request),
        },
      },
      { path: "/ui/playground/events", show: async (request) => playgroundEvents(services, request) },
    ];
  },
};
