// A user's engine whose search is set by a test; see ../world-project.ts.
export default {
  name: "world-engine",
  create({ world }) {
    const { optimize } = globalThis[Symbol.for("dao-opt.test-worlds")].get(world);
    return { optimize };
  },
};
