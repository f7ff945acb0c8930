const items = "range(100000)";

/** Jinja templates that would run for a long time: what each does, and the text. */
export const slowTemplates: readonly (readonly [what: string, text: string])[] = [
  ["loops in loops", `{% for i in ${items} %}{% for j in ${items} %}{{ i }}{% endfor %}{% endfor %}`],
  ["sorts in a loop", `{% for i in ${items} %}{{ ${items} | sort | length }}{% endfor %}`],
  ["joins in a loop", `{% for i in ${items} %}{{ ${items} | join(",") | length }}{% endfor %}`],
  ["JSON in a loop", `{% set x = ${items} %}{% for i in x %}{{ x | tojson | length }}{% endfor %}`],
  ["searches in a loop", `{% set x = ${items} %}{% for i in x %}{% if -1 in x %}{% endif %}{% endfor %}`],
  ["reversals in a loop", `{% for i in range(5000) %}{{ ${items}[::-1] | length }}{% endfor %}`],
  [
    "a text that doubles",
    '{% set n = namespace(x="aaaaaaaa") %}{% for i in range(99) %}{% set n.x = n.x | replace("a", "aa") %}{% endfor %}{{ n.x }}',
  ],
  [
    "a text joined to itself",
    '{% set n = namespace(x="aaaaaaaa") %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}',
  ],
  [
    "a macro that calls itself twice",
    "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
  ],
  ["a macro that never ends", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"],
  ["white space that is slow to parse", `${"\n".repeat(400_000)}{{ a }}`],
  [
    "names that are slow to collect",
    Array.from({ length: 40_000 }, (_, at) => `{% set a${at} = 1 %}`).join(""),
  ],
];
