import { ArtifactGenerator, GitRepository, HelmChart, Kustomization } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import {
  artifactGeneratorPaths,
  helmChartPaths,
  kustomizationPaths,
  type PathConsumer,
} from './path-consumer.ts';
import { CONSUMER_PATHS_ANNOTATION, wantedPaths } from './wanted-paths.ts';

const sourceRef = { kind: 'GitRepository', name: 'fleet' } as const;

function object<T extends KubeObject>(
  kind: { apiVersion: string; kind: string },
  spec: object,
  name = 'x',
): T {
  const { apiVersion } = kind;
  return { apiVersion, kind: kind.kind, metadata: { namespace: 'apps', name }, spec } as unknown as T;
}

function repository(spec: object = {}, annotations: Record<string, string> = {}): GitRepository {
  const made = object<GitRepository>(
    GitRepository,
    { url: 'https://git.example.com/fleet', ...spec },
    'fleet',
  );
  return { ...made, metadata: { ...made.metadata, annotations } };
}

/** What a repository is wanted with, among these objects. */
function wanted(of: GitRepository, others: readonly KubeObject[], consumers = ALL) {
  const cache = {
    list: (kind: { kind: string }) => others.filter((found) => found.kind === kind.kind) as never[],
  };
  return wantedPaths(of, cache, consumers);
}

const ALL: readonly PathConsumer[] = [kustomizationPaths, helmChartPaths, artifactGeneratorPaths];
const follows = { [CONSUMER_PATHS_ANNOTATION]: 'enabled' };

describe('the paths that consumers declare', () => {
  const web = object(Kustomization, { sourceRef, path: './apps/web', components: ['../../parts/tls'] });
  const chart = object(HelmChart, { sourceRef, chart: '/charts/db', valuesFiles: ['values/prod.yaml'] });

  it('are those of all kinds, beside what the repository asks for itself', () => {
    const generator = object(ArtifactGenerator, {
      sources: [
        { alias: 'fleet', ...sourceRef },
        { alias: 'other', kind: 'Bucket', name: 'fleet' },
      ],
      pathPattern: '@fleet/teams/{team}',
      artifacts: [
        { name: 'a', copy: [{ from: '@fleet/policies/base/**', to: '@artifact/' }] },
        { name: 'b', copy: [{ from: '@other/elsewhere/*.yaml', to: '@artifact/' }] },
        { name: 'c', copy: [{ from: '@fleet/docs/read-*.md', to: '@artifact/' }] },
      ],
    });
    const including = object(GitRepository, {
      include: [{ repository: { name: 'fleet' }, fromPath: 'shared' }],
    });
    const fleet = repository({ sparseCheckout: ['clusters/prod'] }, follows);
    expect(wanted(fleet, [web, chart, generator, including])).toEqual({
      directories: ['clusters/prod'],
      optionalPaths: [
        'apps/web',
        'charts/db',
        'docs',
        'parts/tls',
        'policies/base',
        'shared',
        'teams',
        'values/prod.yaml',
      ],
    });
  });

  it('are not asked for where nobody has enabled that', () => {
    const fleet = repository({ sparseCheckout: ['clusters/prod'] });
    const own = { directories: ['clusters/prod'], optionalPaths: [] };
    expect(wanted(fleet, [web])).toEqual(own);
    expect(wanted(repository(fleet.spec, follows), [web], [])).toEqual(own);
  });

  it('are everything where one consumer wants the root, or nobody wants anything', () => {
    const all = { directories: [], optionalPaths: [] };
    const root = object(Kustomization, { sourceRef, path: './' });
    const fleet = repository({ sparseCheckout: ['clusters/prod'] }, follows);
    expect(wanted(fleet, [web, root])).toEqual(all);
    expect(wanted(fleet, [object(Kustomization, { sourceRef })])).toEqual(all);
    expect(wanted(repository({}, follows), [])).toEqual(all);
  });

  it('are those of the same repository only', () => {
    const elsewhere = { ...web, metadata: { namespace: 'other', name: 'x' } };
    const across = object(Kustomization, { sourceRef: { ...sourceRef, namespace: 'apps' }, path: 'across' });
    const outside = object(Kustomization, { sourceRef, path: '../../etc' });
    const bucket = object(Kustomization, { sourceRef: { kind: 'Bucket', name: 'fleet' }, path: 'bucket' });
    const { optionalPaths } = wanted(repository({}, follows), [
      elsewhere,
      { ...across, metadata: { namespace: 'other', name: 'y' } },
      outside,
      bucket,
    ]);
    expect(optionalPaths).toEqual(['across']);
  });
});
