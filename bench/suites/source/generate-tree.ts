import { SeededRandom } from '../../seeded-random.ts';

const TOTAL_BYTES = 50_000_000;
/** The larger files, such as definitions and dashboards, are a fifth of the bytes. */
const LARGE = { count: 20, bytes: 500_000 };
const SMALL = { minimum: 1000, spread: 8000 };
const TEAMS = 100;

/** Manifests of some 50 MB: thousands of small ones and a few large ones, whose values hardly compress. */
export function* generateTree(seed = 7): Generator<[path: string, content: string]> {
  const random = new SeededRandom(seed);
  let bytes = 0;
  for (let i = 0; i < LARGE.count; i++) {
    const content = manifest(`dashboard-${i}`, LARGE.bytes, random);
    bytes += content.length;
    yield [`dashboards/dashboard-${i}.yaml`, content];
  }
  for (let i = 0; bytes < TOTAL_BYTES; i++) {
    const content = manifest(`service-${i}`, SMALL.minimum + random.below(SMALL.spread), random);
    bytes += content.length;
    yield [`teams/team-${random.below(TEAMS)}/service-${i}/settings.yaml`, content];
  }
}

function manifest(name: string, bytes: number, random: SeededRandom): string {
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata:', `  name: ${name}`, 'data:'];
  for (let size = 0, line = 0; size < bytes; line++) {
    const text = `  setting-${line}: ${random.text(20 + random.below(60))}`;
    lines.push(text);
    size += text.length;
  }
  return `${lines.join('\n')}\n`;
}
