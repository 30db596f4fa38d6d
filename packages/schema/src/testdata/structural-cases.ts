/** A schema as a user may write it. */
type Loose = Readonly<Record<string, unknown>>;

const S: Loose = { type: 'string' };

function spec(schema: Loose): Loose {
  return { type: 'object', properties: { spec: schema } };
}

/** Schemas of whole CRDs, most of them wrong in one way. What a real API server said to them is in `answers.json`. */
export const structuralCases: readonly Loose[] = [
  {},
  { type: 'string' },
  { type: 'object', nullable: true },
  { type: 'object', additionalProperties: S },
  spec({}),
  spec({ type: 'array' }),
  spec({ type: 'array', items: {} }),
  spec({ type: 'foo' }),
  spec({ type: 'null' }),
  spec({ type: 'object', properties: { a: S }, additionalProperties: S }),
  spec({ type: 'object', properties: { a: S }, additionalProperties: true }),
  spec({ type: 'object', properties: { a: S }, additionalProperties: false }),
  spec({ type: 'object', additionalProperties: false }),
  spec({ type: 'array', items: S, uniqueItems: true }),
  spec({ type: 'object', patternProperties: { a: S } }),
  spec({ type: 'object', definitions: { a: S } }),
  spec({ type: 'object', dependencies: { a: ['b'] } }),
  spec({ $ref: '#/x' }),
  spec({ type: 'string', id: 'x' }),
  spec({ type: 'array', items: S, additionalItems: S }),
  spec({ type: 'array', items: [S] }),
  {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } } } },
  },
  {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
  },
  { type: 'object', properties: { metadata: { type: 'object', description: 'x' } } },
  { type: 'object', properties: { metadata: { type: 'string' } } },
  { type: 'object', properties: { metadata: { type: 'object', default: {} } } },
  { type: 'object', properties: { kind: { type: 'integer' }, apiVersion: { type: 'string', default: 'a' } } },
  spec({
    type: 'object',
    properties: { a: S },
    anyOf: [{ type: 'object' }, { properties: { b: { minLength: 1 } } }],
  }),
  spec({
    type: 'object',
    properties: { a: S },
    allOf: [
      { properties: { a: { type: 'string', description: 'x', title: 'y', default: 'z', nullable: true } } },
    ],
  }),
  spec({ type: 'object', properties: { a: S }, not: { properties: { metadata: {} } } }),
  spec({
    type: 'object',
    oneOf: [{ additionalProperties: S, 'x-kubernetes-preserve-unknown-fields': true }],
  }),
  spec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
  spec({ 'x-kubernetes-int-or-string': true, type: 'integer' }),
  spec({
    'x-kubernetes-int-or-string': true,
    allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { minimum: 1 }],
  }),
  spec({
    'x-kubernetes-int-or-string': true,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-embedded-resource': true,
  }),
  spec({ anyOf: [{ type: 'integer' }, { type: 'string' }] }),
  spec({ type: 'object', 'x-kubernetes-embedded-resource': true }),
  spec({ 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }),
  spec({ type: 'array', items: S, 'x-kubernetes-embedded-resource': true }),
  spec({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: { metadata: { type: 'object', properties: { x: S } }, kind: { type: 'integer' } },
  }),
  spec({ type: 'object', 'x-kubernetes-embedded-resource': true, additionalProperties: S }),
  spec({ type: 'object', 'x-kubernetes-preserve-unknown-fields': false }),
  spec({ type: 'string', pattern: '(' }),
  spec({ type: 'string', pattern: '(?=a)' }),
  spec({ type: 'string', 'x-kubernetes-map-type': 'atomic' }),
  spec({ type: 'object', 'x-kubernetes-map-type': 'foo' }),
  spec({ type: 'string', 'x-kubernetes-list-type': 'set' }),
  spec({ type: 'array', items: S, 'x-kubernetes-list-type': 'foo' }),
  spec({ 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-list-type': 'set' }),
  spec({ 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-map-type': 'atomic' }),
  spec({ type: 'array', items: { type: 'object', properties: { a: S } }, 'x-kubernetes-list-type': 'set' }),
  spec({
    type: 'array',
    items: { type: 'array', items: S, 'x-kubernetes-list-type': 'set' },
    'x-kubernetes-list-type': 'set',
  }),
  spec({ type: 'array', items: { type: 'string', nullable: true }, 'x-kubernetes-list-type': 'set' }),
  spec({ type: 'array', items: { type: 'object', properties: { a: S } }, 'x-kubernetes-list-type': 'map' }),
  spec({
    type: 'array',
    items: { type: 'object', properties: { a: S } },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a', 'b', 'a'],
  }),
  spec({
    type: 'array',
    items: { type: 'object', properties: { a: { type: 'array', items: S } }, required: ['a'] },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
  }),
  spec({ type: 'array', items: S, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
  spec({ type: 'array', items: S, 'x-kubernetes-list-map-keys': ['a'] }),
  spec({ type: 'array', items: S, 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': ['a'] }),
  spec({
    type: 'array',
    items: {
      type: 'object',
      nullable: true,
      required: ['a'],
      properties: { a: { type: 'string', nullable: true } },
    },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
  }),
  spec({ type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
  spec({ type: 'integer', default: 'x' }),
  spec({ type: 'object', default: { a: 'x', b: 1 }, properties: { a: { type: 'integer' } } }),
  spec({ type: 'string', enum: ['a'], default: 'b' }),
  spec({ type: 'object', properties: { a: { type: 'string', default: null } } }),
  spec({ type: 'object', additionalProperties: { type: 'string', default: 'x' } }),
  spec({ type: 'string', 'x-kubernetes-validations': [{ rule: '' }] }),
  spec({
    type: 'string',
    'x-kubernetes-validations': [
      { rule: ' ', message: 'x' },
      { rule: 'true', message: ' ' },
      { rule: 'true', message: 'a\nb' },
      { rule: 'true\n&& true' },
      { rule: 'true', messageExpression: ' ' },
      { rule: 'true', reason: 'Foo' },
      { rule: 'true', fieldPath: ' ' },
      { rule: 'true', fieldPath: '.a\n' },
    ],
  }),
  spec({ type: 'object', properties: { a: S }, anyOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] }),
  spec({ type: 'object', properties: { a: S }, required: ['b'], minProperties: 1 }),
  spec({
    type: 'object',
    properties: {
      e: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
        properties: {
          metadata: {
            type: 'object',
            properties: {
              labels: { type: 'object', additionalProperties: { type: 'string', default: 'x' } },
            },
          },
        },
      },
    },
  }),
  spec({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    default: { a: 1 },
  }),
  spec({ type: 'string', format: 'date', default: 'x', title: 't' }),
  spec({ type: 'object', properties: { a: S }, nullable: true, default: null }),
];
