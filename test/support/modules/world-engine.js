// A user's engine whose search a test decides; see ../world-project.ts.
export default {
  name: "world-engine",
  create({ world }) {
    const { optimize } = globalThis[Symbol.for("dao-opt.test-worlds")].get(world);
    return { optimize };
  },
};
