import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { conditions, type MapContext } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { consumersOf } from './source-consumers.ts';

const revision = 'main@sha1:0f3c';
const source = {
  apiVersion: GitRepository.apiVersion,
  kind: GitRepository.kind,
  metadata: { namespace: 'apps', name: 'app' },
  status: { artifact: { revision } },
};

function consumer(name: string, lastAttemptedRevision: string, ready: 'True' | 'False'): Kustomization {
  const object: Kustomization = {
    apiVersion: Kustomization.apiVersion,
    kind: Kustomization.kind,
    metadata: { namespace: 'apps', name, generation: 1 },
    spec: { interval: '1h', prune: true, sourceRef: { kind: 'GitRepository', name: 'app' } },
    status: { lastAttemptedRevision },
  };
  const mark = ready === 'True' ? conditions.markTrue : conditions.markFalse;
  mark(object, 'Ready', 'Tested', 'as it is');
  return object;
}

const namesOf = (...objects: Kustomization[]) => {
  const cache = { byIndex: () => objects } as unknown as MapContext['cache'];
  return consumersOf(source, { cache } as MapContext).map(({ name }) => name);
};

describe('consumersOf', () => {
  it('are those that have not tried the revision, and those that have failed with it', () => {
    const found = namesOf(
      consumer('new', 'main@sha1:before', 'True'),
      consumer('failed', revision, 'False'),
      consumer('ready', revision, 'True'),
    );
    expect(found.toSorted()).toEqual(['failed', 'new']);
  });

  it('are also those that were ready before they were changed: their run may have missed what has come', () => {
    const changed = consumer('changed', revision, 'True');
    changed.metadata.generation = 2;
    expect(namesOf(changed)).toEqual(['changed']);
  });

  it('begin with what others depend on', () => {
    const web = consumer('web', '', 'False');
    web.spec.dependsOn = [{ name: 'db' }];
    expect(namesOf(web, consumer('db', '', 'False'))).toEqual(['db', 'web']);
  });
});
