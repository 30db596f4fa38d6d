import { expect, it } from 'vitest';
import { array, defineResource, integer, object, optional, string } from '../index.ts';
import { resourceDocs } from './resource-docs.ts';

it('documents every field, rule and column', () => {
  const Site = defineResource({
    group: 'web.example.com',
    version: 'v1',
    kind: 'Site',
    shortNames: ['st'],
    description: 'A site.',
    spec: object('What is wanted.', {
      domain: string('The host name,\nor | names.', { pattern: '^[a-z.]+$' }),
      parts: optional(
        array(
          'The parts.',
          object(
            'A part.',
            { size: integer('How large.', { default: 1, maximum: 9 }) },
            {
              rules: [
                { rule: 'self.size != 4', message: 'size must not be 4', holds: ({ size }) => size !== 4 },
              ],
            },
          ),
        ),
      ),
    }),
    status: object('What is there.', {}),
    printerColumns: [{ name: 'Domain', type: 'string', jsonPath: '.spec.domain', priority: 1 }],
  });
  expect(resourceDocs(Site)).toBe(`# Site

A site.

|  |  |
| --- | --- |
| API version | \`web.example.com/v1\` |
| kind | \`Site\` |
| names | \`sites\`, \`st\` |
| scope | namespace |

## spec

What is wanted.

| field | type | default | what it is |
| --- | --- | --- | --- |
| \`spec.domain\` | \`string\` |  | **Required.** The host name, or \\| names. (pattern \`^[a-z.]+$\`) |
| \`spec.parts\` | \`object[]\` |  | The parts. |
| \`spec.parts[].size\` | \`number\` | \`1\` | **Required.** How large. (format \`int64\`, at most \`9\`) |

Rules:

- size must not be 4

## status

What is there.

## Columns

| column | shows | what it is |
| --- | --- | --- |
| Domain (\`-o wide\`) | \`.spec.domain\` |  |
`);
});
