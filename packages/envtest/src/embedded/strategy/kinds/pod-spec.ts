import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';

/** The mode of files from ConfigMaps and Secrets: 0644. */
const DEFAULT_MODE = 420;

/** Fills in what a server fills in for the spec of a Pod, alone or in a template. */
export function defaultPodSpec(spec: Draft): void {
  setDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  mirrorServiceAccount(spec);
  for (const volume of items(spec, 'volumes')) defaultVolume(volume);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of items(spec, list)) defaultContainer(container, spec['hostNetwork'] === true);
  }
}

/** Each of the two names of the same field follows the other. */
function mirrorServiceAccount(spec: Draft): void {
  const name = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (name === undefined || name === '') return;
  spec['serviceAccountName'] = name;
  spec['serviceAccount'] = name;
}

function defaultContainer(container: Draft, hostNetwork: boolean): void {
  setDefaults(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(text(container, 'image')),
    resources: {},
  });
  for (const port of items(container, 'ports')) {
    port['protocol'] ??= 'TCP';
    if (hostNetwork) port['hostPort'] ??= port['containerPort'];
  }
  for (const variable of items(container, 'env')) {
    const fieldRef = maybeChild(maybeChild(variable, 'valueFrom'), 'fieldRef');
    if (fieldRef) fieldRef['apiVersion'] ??= 'v1';
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    defaultProbe(maybeChild(container, name));
  const lifecycle = maybeChild(container, 'lifecycle');
  for (const name of ['postStart', 'preStop'])
    defaultHttpGet(maybeChild(maybeChild(lifecycle, name), 'httpGet'));
}

/** Images that may change under their name are pulled each time. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Draft | undefined): void {
  if (!probe) return;
  setDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  defaultHttpGet(maybeChild(probe, 'httpGet'));
  const grpc = maybeChild(probe, 'grpc');
  if (grpc) grpc['service'] ??= '';
}

function defaultHttpGet(httpGet: Draft | undefined): void {
  if (httpGet) setDefaults(httpGet, { path: '/', scheme: 'HTTP' });
}

function defaultVolume(volume: Draft): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  for (const name of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = maybeChild(volume, name);
    if (source) source['defaultMode'] ??= DEFAULT_MODE;
  }
  defaultDownwardItems(maybeChild(volume, 'downwardAPI'));
  for (const source of items(maybeChild(volume, 'projected'), 'sources')) {
    const token = maybeChild(source, 'serviceAccountToken');
    if (token) token['expirationSeconds'] ??= 3600;
    defaultDownwardItems(maybeChild(source, 'downwardAPI'));
  }
  const hostPath = maybeChild(volume, 'hostPath');
  if (hostPath) hostPath['type'] ??= '';
  const claim = maybeChild(maybeChild(maybeChild(volume, 'ephemeral'), 'volumeClaimTemplate'), 'spec');
  if (claim) claim['volumeMode'] ??= 'Filesystem';
}

function defaultDownwardItems(source: Draft | undefined): void {
  for (const item of items(source, 'items')) {
    const fieldRef = maybeChild(item, 'fieldRef');
    if (fieldRef) fieldRef['apiVersion'] ??= 'v1';
  }
}

/** The same for a template, whose metadata and spec may be missing. */
export function defaultPodTemplate(owner: Draft): void {
  const template = child(owner, 'template');
  child(template, 'metadata');
  defaultPodSpec(child(template, 'spec'));
}
