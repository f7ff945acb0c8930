// A user's scorer that calls its judge; equal answers to one row make equal questions.
export default {
  name: "world-scorer",
  create: () => ({
    judgeCalls: { usual: 1, most: 2 },
    judgeOverheadTokens: 50,
    async score({ example, output, judge }) {
      const { text } = await judge.complete({
        messages: [{ role: "user", content: `${example.inputs.text}: ${output} = ${example.expected}?` }],
      });
      return { value: text === "same" ? 1 : 0 };
    },
  }),
};
