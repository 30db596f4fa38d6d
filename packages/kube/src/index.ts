/**
 * A Kubernetes client on raw JSON.
 *
 * Objects come and go as the API server writes them: no field is dropped, no date is turned into
 * an object, and integers beyond 2^53 keep their digits. One connection pool serves a cluster,
 * whoever is impersonated.
 *
 * - {@link KubeClient}: get, list, create, update, patch, apply, delete, watch.
 * - {@link ClusterConfig}: how to reach a cluster; {@link loadKubeconfig} finds it.
 * - {@link KubeError}: what the API server refused, in its own words.
 * - {@link RestMapper}: which path a kind has, by discovery.
 *
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * for await (const pod of client.listAll({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'default' })) {
 *   console.log(pod.metadata.name);
 * }
 * ```
 *
 * @module
 */
export {
  type ApplyOptions,
  type CallOptions,
  type DeleteCollectionOptions,
  type DeleteOptions,
  type GetOptions,
  type Patch,
  type WriteOptions,
} from './call-options.ts';
export type { CallTracer, TracedCall } from './call-tracer.ts';
export { KubeClient, type KubeClientOptions, type RequestOptions } from './client.ts';
export type {
  ClientCertificate,
  ClientCertificateSource,
  ClusterConfig,
  Impersonation,
  TokenSource,
} from './cluster-config.ts';
export {
  ConnectionPool,
  type ConnectionPoolOptions,
  type RawRequest,
  type RawResponse,
  type ResponseInfo,
  type Transport,
} from './connection-pool.ts';
export {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNoMatch,
  isNotFound,
  KubeError,
  type KubeErrorCode,
  type KubeErrorOptions,
  type StatusCause,
  type StatusDetails,
} from './errors.ts';
export { type InClusterOptions, loadInCluster } from './kubeconfig/in-cluster.ts';
export { type LoadKubeconfigOptions, loadKubeconfig } from './kubeconfig/load.ts';
export { parseKubeconfig, type ParseKubeconfigOptions } from './kubeconfig/parse.ts';
export type { KubeList, ListOptions } from './list.ts';
export { RestMapper, type RestMapping } from './rest-mapper.ts';
export type { WatchEvent, WatchOptions } from './watch.ts';
