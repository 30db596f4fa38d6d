import { createHash } from 'node:crypto';

const VERSIONS = 400;

/** An index in the form of `helm repo index`, with as many charts of 400 versions as the bytes allow. */
export function* generateIndex(bytes: number): Generator<string> {
  yield 'apiVersion: v1\nentries:\n';
  for (let chart = 0, written = 0; written < bytes; chart++) {
    const name = `chart-${chart}`;
    yield `  ${name}:\n`;
    for (let i = VERSIONS - 1; i >= 0 && written < bytes; i--) {
      const entry = entryOf(name, `${Math.floor(i / 100)}.${Math.floor(i / 10) % 10}.${i % 10}`);
      written += entry.length;
      yield entry;
    }
  }
  yield 'generated: "2024-01-02T03:04:05.123456789Z"\n';
}

function entryOf(name: string, version: string): string {
  return `  - apiVersion: v2
    appVersion: ${version}
    created: "2024-01-02T03:04:05.123456789Z"
    dependencies:
    - condition: postgresql.enabled
      name: postgresql
      repository: https://charts.example.com/stable
      version: ~12.1.0
    description: The chart ${name}, which does this and that
    digest: ${createHash('sha256')
      .update(name + version)
      .digest('hex')}
    home: https://example.com/${name}
    keywords:
    - web
    - http
    maintainers:
    - email: someone@example.com
      name: Someone
    name: ${name}
    type: application
    urls:
    - https://charts.example.com/${name}-${version}.tgz
    version: ${version}
`;
}
