import { describe, expect, it } from 'vitest';
import { failure } from '../testing/build-files.ts';
import { gvkFrom, gvkString } from './gvk.ts';
import { effectiveNamespace, idString, isSameId, isSelectedById, NO_NAMESPACE } from './resource-id.ts';
import { ResourceMap } from './resource-map.ts';
import { ResourceNode } from './resource-node.ts';

const node = (kind: string, name: string, namespace?: string): ResourceNode =>
  new ResourceNode({ apiVersion: 'v1', kind, metadata: { name, ...(namespace ? { namespace } : {}) } });

describe('ResourceMap', () => {
  it('takes the blank namespace and default for one', () => {
    const map = new ResourceMap();
    map.append(node('Service', 'web'));
    const error = failure(() => map.append(node('Service', 'web', 'default')));
    expect(error.message).toBe(
      'may not add resource with an already registered id: Service.v1.[noGrp]/web.default',
    );
    map.append(node('Service', 'web', 'shop'));
    expect(map.size).toBe(2);
  });

  it('finds resources by former names', () => {
    const map = new ResourceMap();
    const web = node('Service', 'web');
    map.append(web);
    web.storePreviousId();
    web.setName('eu-web');
    map.noteNames(web);
    expect(map.everNamed('web')).toEqual([web]);
    expect(map.withCurrentId(web.id)).toEqual([web]);
    expect(map.withCurrentId({ ...web.id, name: 'web' })).toEqual([]);
    expect(map.withAnyId('web', (id) => id.name === 'web' && id.namespace === 'default')).toEqual([web]);
  });

  it('forgets one that is replaced under all of its names', () => {
    const map = new ResourceMap();
    const [old, other] = [node('ConfigMap', 'settings'), node('ConfigMap', 'eu-settings')];
    map.append(old);
    old.storePreviousId();
    old.setName('eu-settings');
    map.noteNames(old);
    other.inheritFrom(old);
    map.replace(old, other);
    expect(map.everNamed('settings')).toEqual([other]);
    expect(map.nodes).toEqual([other]);
  });

  it('forgets what is deleted, and keeps the order of the rest', () => {
    const map = new ResourceMap();
    const nodes = ['a', 'b', 'c'].map((name) => node('Service', name));
    map.appendAll(nodes);
    const [, b] = nodes;
    if (!b) throw new Error('no b');
    b.isDeleted = true;
    map.noteChange(b);
    map.dropDeleted();
    expect(map.nodes.map(({ name }) => name)).toEqual(['a', 'c']);
    map.append(node('Service', 'b'));
    expect(map.size).toBe(3);
  });

  it('hands out what was changed since the last time', () => {
    const map = new ResourceMap();
    const [web, api] = [node('Service', 'web'), node('Service', 'api')];
    map.appendAll([web, api]);
    expect([...map.takeChanged()]).toEqual([]);
    map.noteChange(api);
    map.noteChange(api);
    expect([...map.takeChanged()]).toEqual([api]);
    expect([...map.takeChanged()]).toEqual([]);
  });

  it('puts nodes into its order', () => {
    const map = new ResourceMap();
    const nodes = ['a', 'b', 'c'].map((name) => node('Service', name));
    map.appendAll(nodes);
    expect(map.inOrder([nodes[2], nodes[0]].filter((one) => one !== undefined))).toEqual([
      nodes[0],
      nodes[2],
    ]);
  });
});

describe('ResourceNode', () => {
  it('remembers its ids, with the namespaces that count', () => {
    const web = node('Service', 'web');
    web.storePreviousId();
    web.setNamespace('shop');
    web.storePreviousId();
    web.setName('eu-web');
    expect(web.previousIds.map(idString)).toEqual([
      'Service.v1.[noGrp]/web.default',
      'Service.v1.[noGrp]/web.shop',
    ]);
    expect(idString(web.originalId)).toBe('Service.v1.[noGrp]/web.default');
    expect(web.names).toEqual(['web', 'web', 'eu-web']);
  });

  it('copies without sharing', () => {
    const web = node('Service', 'web');
    const copy = web.copy();
    copy.setName('other');
    expect([web.name, copy.name]).toEqual(['web', 'other']);
  });
});

describe('ids', () => {
  it('of cluster-scoped kinds have no namespace, whatever is written', () => {
    const id = { gvk: gvkFrom('v1', 'Namespace'), name: 'shop', namespace: 'x' };
    expect(effectiveNamespace(id)).toBe(NO_NAMESPACE);
    expect(isSameId(id, { ...id, namespace: '' })).toBe(true);
  });

  it('of kinds that came after 1.21 count as namespaced', () => {
    expect(
      effectiveNamespace({
        gvk: gvkFrom('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'),
        name: 'a',
        namespace: '',
      }),
    ).toBe('default');
  });

  it('print with what is missing', () => {
    expect(gvkString({ group: '', version: '', kind: '' })).toBe('[noKind].[noVer].[noGrp]');
    expect(idString({ gvk: gvkFrom('apps/v1', 'Deployment'), name: '', namespace: '' })).toBe(
      'Deployment.v1.apps/[noName].[noNs]',
    );
  });

  it('pass selectors whose blank parts match anything', () => {
    const id = { gvk: gvkFrom('apps/v1', 'Deployment'), name: 'web', namespace: 'shop' };
    const any = { group: '', version: '', kind: '' };
    expect(isSelectedById(id, { gvk: any, name: '', namespace: '' })).toBe(true);
    expect(isSelectedById(id, { gvk: { ...any, group: 'apps' }, name: 'web', namespace: 'shop' })).toBe(true);
    expect(isSelectedById(id, { gvk: { ...any, kind: 'Pod' }, name: '', namespace: '' })).toBe(false);
  });
});
