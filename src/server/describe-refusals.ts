interface Document {
  readonly paths?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly responses?: Readonly<Record<string, object>>;
}

const methods = ["get", "put", "post", "patch", "delete", "options", "head"];
const refused = {
  description: "Refused at the door, or not what this route takes: a wrong key, host, path or body",
};

/** The document with a word on refusals at each operation that says nothing of them itself. */
export function describeRefusals<Given extends Document>(document: Given): Given {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        methods.includes(name) ? withRefusal(value as Operation) : value,
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}

function withRefusal(operation: Operation): Operation {
  const { responses = {} } = operation;
  if (Object.keys(responses).some((status) => status.startsWith("4"))) return operation;
  return { ...operation, responses: { ...responses, "4XX": refused } };
}
