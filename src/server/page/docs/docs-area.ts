import { NotFoundError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { PageArea } from "../shell/page-area.ts";
import { type ApiDocument, parseApiDocument } from "./api-document.ts";
import { docsPage } from "./docs-page.ts";
import { operationPage, schemaPage } from "./operation-page.ts";

/** The API reference, rendered from `/openapi.json`. */
export const docsArea: PageArea = {
  name: "API",
  address: "/docs",
  pages: ({ apiDocument, address }) => {
    let document: ApiDocument | undefined;
    const read = () => {
      document ??= parseApiDocument(apiDocument());
      return document;
    };
    return [
      { path: "/docs", show: async (request) => docsPage(read(), request) },
      {
        path: "/docs/schemas/:name",
        show: async ({ param }) => {
          const { schemas } = read();
          const name = param("name");
          const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
          if (schema === undefined)
            throw new NotFoundError("schema", name, nearNames(name, Object.keys(schemas)));
          return schemaPage(name, schema, read());
        },
      },
      {
        path: "/docs/:operation",
        show: async ({ param }) => {
          const id = param("operation");
          const operation = read().operations.find((one) => one.id === id);
          if (operation === undefined)
            throw new NotFoundError("operation", id, [], { hint: "find it in the list at /docs" });
          return operationPage(operation, read(), address()?.url ?? "http://127.0.0.1:4040");
        },
      },
    ];
  },
};
