// A kind of one's own: a Site is served by a Deployment that is rolled out with each new commit of a repository.
import * as api from '@gitops-toolkit/api';
import * as runtime from '@gitops-toolkit/runtime';

export const Site = api.defineResource({
  group: 'web.example.com',
  version: 'v1',
  kind: 'Site',
  description: 'A web site, served from a repository.',
  spec: api.object('What is wanted.', {
    domain: api.string('The host name.', { pattern: String.raw`^[a-z0-9.-]+$` }),
    image: api.string('The image of the server.'),
    repositoryRef: api.localObjectReference('The GitRepository with the content.'),
  }),
  status: api.object('What is there.', {
    conditions: api.optional(api.conditions()),
    revision: api.optional(api.string('The commit that is rolled out.')),
  }),
  printerColumns: api.readyColumns,
});
type Site = NonNullable<typeof Site.objectType>;

const Deployment = runtime.kindOf('apps/v1', 'Deployment');
const FINALIZER = 'web.example.com/site';
const fieldManager = 'site-controller';

/** Reconciles a Site when it, its Deployment or its GitRepository changes. */
export const siteController: runtime.ControllerBuilder<Site> = runtime
  .controller(Site, reconcile)
  .indexedBy('repository', ({ metadata, spec }) => [
    runtime.indexValue({ ...api.GitRepository, metadata: { ...metadata, ...spec.repositoryRef } }),
  ])
  .watches(api.GitRepository, runtime.indexMapper(Site, 'repository'))
  .owns(Deployment);

async function reconcile(site: Site, context: runtime.ReconcileContext): Promise<void> {
  const { client, signal, wrote: onWritten } = context;
  if (site.metadata.deletionTimestamp !== undefined) {
    await register({}, context);
    await runtime.removeFinalizer(client, site, FINALIZER, { signal });
    return;
  }
  await runtime.addFinalizer(client, site, FINALIZER, { signal });
  const patcher = new runtime.SerialPatcher(site, { client, fieldManager, onWritten });
  await serve(site, context);
  await patcher.patch(site, { signal });
}

async function serve(site: Site, context: runtime.ReconcileContext): Promise<void> {
  const { name } = site.spec.repositoryRef;
  const revision = context.cache.get(api.GitRepository, { ...context, name })?.status?.artifact?.revision;
  if (revision === undefined)
    return runtime.conditions.markFalse(site, 'Ready', 'NoArtifact', `${name} has no artifact`);
  await register({ [site.spec.domain]: context.name }, context);
  await context.client.apply(deploymentOf(site, revision), { fieldManager, signal: context.signal });
  site.status = { ...site.status, revision };
  runtime.conditions.markTrue(site, 'Ready', 'Served', `serves ${revision}`);
}

/** Stands for what is outside the cluster and has to be given back at the end: that is why there is a finalizer. */
async function register(data: object, { client, name, namespace = '', signal }: runtime.ReconcileContext) {
  const directory = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'domains', namespace }, data };
  await client.apply(directory, { fieldManager: `${fieldManager}-${name}`, signal });
}

function deploymentOf({ apiVersion, kind, metadata, spec }: Site, revision: string) {
  const { name = '', namespace = '', uid = '' } = metadata;
  const labels = { 'web.example.com/site': name };
  const pod = { annotations: { 'web.example.com/revision': revision }, labels };
  return {
    apiVersion: Deployment.apiVersion,
    kind: Deployment.kind,
    metadata: { name, namespace, ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: pod, spec: { containers: [{ name: 'server', image: spec.image }] } },
    },
  };
}
