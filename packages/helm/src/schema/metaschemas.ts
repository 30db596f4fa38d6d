// What JSON Schema says that schemas have to be, draft by draft.

type Json = Readonly<Record<string, unknown>>;

const SELF: Json = { $ref: '#' };
const STRING: Json = { type: 'string' };
const NUMBER: Json = { type: 'number' };
const BOOLEAN: Json = { type: 'boolean' };
const COUNT: Json = { type: 'integer', minimum: 0 };
const COUNT_OR_ZERO: Json = { allOf: [COUNT, { default: 0 }] };
const REGEX: Json = { type: 'string', format: 'regex' };
const URI: Json = { type: 'string', format: 'uri' };
const REFERENCE: Json = { type: 'string', format: 'uri-reference' };
const SCHEMAS: Json = { type: 'array', minItems: 1, items: SELF };
const STRINGS: Json = { type: 'array', items: STRING, uniqueItems: true };
const NAMED: Json = { type: 'object', additionalProperties: SELF };
const TYPE_NAMES: Json = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };
const TYPES: Json = {
  anyOf: [TYPE_NAMES, { type: 'array', items: TYPE_NAMES, minItems: 1, uniqueItems: true }],
};

const each = (names: string, schema: unknown): Record<string, unknown> =>
  Object.fromEntries(names.split(' ').map((name) => [name, schema]));

const COUNTS = {
  ...each('maxLength maxItems maxProperties', COUNT),
  ...each('minLength minItems minProperties', COUNT_OR_ZERO),
};

/** What all drafts up to the seventh have. */
const CLASSIC = {
  ...each('title description', STRING),
  ...COUNTS,
  ...each('maximum minimum', NUMBER),
  ...each('allOf anyOf oneOf', SCHEMAS),
  ...each('definitions properties patternProperties', NAMED),
  items: { anyOf: [SELF, SCHEMAS] },
  pattern: REGEX,
  uniqueItems: BOOLEAN,
  type: TYPES,
  not: SELF,
};

const STRINGS_IN_4: Json = { ...STRINGS, minItems: 1 };

const DRAFT_4: Json = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: {
    ...CLASSIC,
    ...each('id format $ref', STRING),
    $schema: URI,
    multipleOf: { type: 'number', minimum: 0, exclusiveMinimum: true },
    ...each('exclusiveMaximum exclusiveMinimum', BOOLEAN),
    ...each('additionalItems additionalProperties', { anyOf: [BOOLEAN, SELF] }),
    required: STRINGS_IN_4,
    dependencies: { type: 'object', additionalProperties: { anyOf: [SELF, STRINGS_IN_4] } },
    enum: { type: 'array', minItems: 1, uniqueItems: true },
  },
  dependencies: { exclusiveMaximum: ['maximum'], exclusiveMinimum: ['minimum'] },
};

const SINCE_6 = {
  ...CLASSIC,
  ...each('$id $ref', REFERENCE),
  $schema: URI,
  format: STRING,
  examples: { type: 'array', items: {} },
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  ...each('exclusiveMaximum exclusiveMinimum', NUMBER),
  ...each('additionalItems additionalProperties contains propertyNames', SELF),
  required: STRINGS,
  dependencies: { type: 'object', additionalProperties: { anyOf: [SELF, STRINGS] } },
};

const DRAFT_6: Json = {
  $schema: 'http://json-schema.org/draft-06/schema#',
  type: ['object', 'boolean'],
  properties: { ...SINCE_6, enum: { type: 'array', minItems: 1, uniqueItems: true } },
};

const DRAFT_7: Json = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: ['object', 'boolean'],
  properties: {
    ...SINCE_6,
    ...each('$comment contentMediaType contentEncoding', STRING),
    ...each('readOnly writeOnly', BOOLEAN),
    ...each('if then else', SELF),
    patternProperties: { ...NAMED, propertyNames: { format: 'regex' } },
    enum: { type: 'array', items: true },
  },
};

/** The vocabularies of the drafts since 2019: what is wrong is told of each. */
function vocabularies(parts: readonly Record<string, unknown>[]): Json[] {
  return parts.map((properties) => ({ type: ['object', 'boolean'], properties }));
}

const APPLICATOR = {
  ...each('contains additionalProperties propertyNames if then else not', SELF),
  ...each('properties dependentSchemas', NAMED),
  ...each('allOf anyOf oneOf', SCHEMAS),
  patternProperties: { ...NAMED, propertyNames: { format: 'regex' } },
};

const VALIDATION = {
  ...each('maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties', COUNT),
  ...each('maximum exclusiveMaximum minimum exclusiveMinimum', NUMBER),
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  pattern: REGEX,
  uniqueItems: BOOLEAN,
  required: STRINGS,
  dependentRequired: { type: 'object', additionalProperties: STRINGS },
  enum: { type: 'array', items: true },
  type: TYPES,
};

const META_DATA = {
  ...each('title description', STRING),
  ...each('deprecated readOnly writeOnly', BOOLEAN),
  examples: { type: 'array', items: true },
};

const FORMAT = { format: STRING };
const CONTENT = { ...each('contentEncoding contentMediaType', STRING), contentSchema: SELF };
const VOCABULARY = { type: 'object', propertyNames: URI, additionalProperties: BOOLEAN };
const ID = { type: 'string', format: 'uri-reference', pattern: '^[^#]*#?$' };
const LEGACY = {
  definitions: NAMED,
  dependencies: { type: 'object', additionalProperties: { anyOf: [SELF, STRINGS] } },
};

const DRAFT_2019: Json = {
  $schema: 'https://json-schema.org/draft/2019-09/schema',
  type: ['object', 'boolean'],
  properties: LEGACY,
  allOf: vocabularies([
    {
      $id: ID,
      $schema: URI,
      $anchor: { type: 'string', pattern: '^[A-Za-z][-A-Za-z0-9.:_]*$' },
      ...each('$ref $recursiveRef', REFERENCE),
      $recursiveAnchor: BOOLEAN,
      $vocabulary: VOCABULARY,
      $comment: STRING,
      $defs: NAMED,
    },
    {
      ...APPLICATOR,
      ...each('additionalItems unevaluatedItems unevaluatedProperties', SELF),
      items: { anyOf: [SELF, SCHEMAS] },
    },
    VALIDATION,
    META_DATA,
    FORMAT,
    CONTENT,
  ]),
};

const ANCHOR = { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' };

const DRAFT_2020: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: ['object', 'boolean'],
  properties: { ...LEGACY, $recursiveAnchor: ANCHOR, $recursiveRef: REFERENCE },
  allOf: vocabularies([
    {
      $id: ID,
      $schema: URI,
      ...each('$ref $dynamicRef', REFERENCE),
      ...each('$anchor $dynamicAnchor', ANCHOR),
      $vocabulary: VOCABULARY,
      $comment: STRING,
      $defs: NAMED,
    },
    { ...APPLICATOR, prefixItems: SCHEMAS, items: SELF },
    { ...each('unevaluatedItems unevaluatedProperties', SELF) },
    VALIDATION,
    META_DATA,
    FORMAT,
    CONTENT,
  ]),
};

/** A draft of JSON Schema: its number, or its year. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

/** What is taken where a schema names no draft. */
export const LATEST_DRAFT: Draft = 2020;

/** The documents by their addresses, without the fragment. */
export const METASCHEMAS: ReadonlyMap<string, { readonly draft: Draft; readonly document: Json }> = new Map([
  ['http://json-schema.org/draft-04/schema', { draft: 4, document: DRAFT_4 }],
  ['http://json-schema.org/draft-06/schema', { draft: 6, document: DRAFT_6 }],
  ['http://json-schema.org/draft-07/schema', { draft: 7, document: DRAFT_7 }],
  ['https://json-schema.org/draft/2019-09/schema', { draft: 2019, document: DRAFT_2019 }],
  ['https://json-schema.org/draft/2020-12/schema', { draft: 2020, document: DRAFT_2020 }],
]);

/** The draft that an address names, whatever its scheme. */
export function draftOf(address: string): Draft | undefined {
  const bare = address.replace(/#$/, '').replace(/^https?:\/\//, '');
  if (bare === 'json-schema.org/schema') return LATEST_DRAFT;
  for (const [known, { draft }] of METASCHEMAS) if (known.replace(/^https?:\/\//, '') === bare) return draft;
  return undefined;
}

/** Where the schema of a draft is. */
export function addressOf(wanted: Draft): string {
  for (const [address, { draft }] of METASCHEMAS) if (draft === wanted) return address;
  return '';
}
