import { describe, expect, it } from 'vitest';
import { indexJson } from './index-json.ts';
import { readIndex } from './read-index.ts';

const INDEX = `apiVersion: v1
generated: "2024-01-01T00:00:00Z"
entries:
  web:
  - {name: web, version: 1.0.0, urls: [web-1.0.0.tgz], digest: abc, created: "2024-01-01T00:00:00.120000000Z"}
  - {name: web, version: 1.10.0, urls: [web-1.10.0.tgz], description: "a < b & c"}
  - {name: web, version: not a version, urls: []}
  db:
  - name: db
    version: 0.1.0
    urls: [https://charts.example.com/db-0.1.0.tgz]
    dependencies: [{name: common, version: 1.x, repository: ""}]
    maintainers: [{name: A, email: ""}]
`;

const text = (pieces: Iterable<Uint8Array>): string => Buffer.concat([...pieces]).toString();

describe('an index in JSON', () => {
  it('has charts by name and versions by age, without what Helm leaves out', async () => {
    const json = text(indexJson(await readIndex([Buffer.from(INDEX)])));
    const { entries } = JSON.parse(json) as { entries: Record<string, { version: string }[]> };
    expect(Object.keys(entries)).toEqual(['db', 'web']);
    expect(entries['web']?.map(({ version }) => version)).toEqual(['1.10.0', '1.0.0']);
    expect(entries['db']).toEqual([
      {
        name: 'db',
        version: '0.1.0',
        maintainers: [{ name: 'A' }],
        apiVersion: 'v1',
        dependencies: [{ name: 'common', version: '1.x', repository: '' }],
        urls: ['https://charts.example.com/db-0.1.0.tgz'],
        created: '0001-01-01T00:00:00Z',
      },
    ]);
    expect(json).toContain(String.raw`"description":"a \u003c b \u0026 c"`);
    expect(json).toContain('"created":"2024-01-01T00:00:00.12Z","digest":"abc"');
  });

  it('is read as the index that it was made of', async () => {
    const index = await readIndex([Buffer.from(INDEX)]);
    const again = await readIndex([...indexJson(index)]);
    expect(again.find('web', '1.x')).toEqual({
      ...index.find('web', '1.x'),
      created: '0001-01-01T00:00:00Z',
    });
    expect(text(indexJson(again))).toBe(text(indexJson(index)));
  });
});
