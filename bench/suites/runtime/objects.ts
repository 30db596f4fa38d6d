import type { KubeObject } from '../../../packages/core/src/index.ts';
import { SeededRandom } from '../../seeded-random.ts';

/** A kind whose objects a load is made of. */
export interface LoadKind {
  readonly apiVersion: string;
  readonly kind: string;
  object(namespace: string, name: string): KubeObject;
}

const random = new SeededRandom(7);

/** Some settings: text, mostly. */
export const configMaps: LoadKind = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  object: (namespace, name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels: labelsOf(name) },
    data: {
      'settings.yaml': Array.from({ length: 10 }, () => `${random.text(8)}: ${random.text(60)}`).join('\n'),
      'log-level': 'info',
      region: random.pick(['eu-1', 'us-1', 'ap-1']),
    },
  }),
};

/** A workload: many small fields, most of them the server's defaults. */
export const deployments: LoadKind = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  object: (namespace, name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels: labelsOf(name) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          containers: [
            {
              name: 'app',
              image: `registry.example.com/team/${name}:${random.below(100)}`,
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [
                { name: 'LOG_LEVEL', value: 'info' },
                { name: 'TOKEN_FILE', value: `/var/run/${random.text(12)}` },
              ],
              readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
              resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
            },
          ],
        },
      },
    },
  }),
};

function labelsOf(name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'load' };
}
