import { commonFlags, type Flag } from '@gitops-toolkit/runtime';
import {
  featureGatesFlag,
  kustomizeControllerGates,
  sourceControllerGates,
  sourceWatcherGates,
} from './feature-gates.ts';

/** The flags of the source controller, with Flux's names and defaults; `oci-allowed-realms` and `sigstore-trusted-root` are our own. */
export const sourceControllerFlags: typeof commonFlags & {
  readonly concurrent: Flag<'integer'>;
  readonly 'storage-path': Flag<'string'>;
  readonly 'storage-addr': Flag<'string'>;
  readonly 'storage-adv-addr': Flag<'string'>;
  readonly 'artifact-retention-ttl': Flag<'duration'>;
  readonly 'artifact-retention-records': Flag<'integer'>;
  readonly 'artifact-digest-algo': Flag<'string'>;
  readonly 'helm-index-max-size': Flag<'integer'>;
  readonly 'helm-chart-max-size': Flag<'integer'>;
  readonly 'helm-chart-file-max-size': Flag<'integer'>;
  readonly 'helm-cache-max-size': Flag<'integer'>;
  readonly 'helm-cache-ttl': Flag<'duration'>;
  readonly 'helm-cache-purge-interval': Flag<'duration'>;
  readonly 'ssh-kex-algos': Flag<'list'>;
  readonly 'ssh-hostkey-algos': Flag<'list'>;
  readonly 'oci-allowed-realms': Flag<'list'>;
  readonly 'sigstore-trusted-root': Flag<'string'>;
  readonly 'default-service-account': Flag<'string'>;
  readonly 'token-cache-max-size': Flag<'integer'>;
  readonly 'token-cache-max-duration': Flag<'duration'>;
} = {
  ...commonFlags,
  'feature-gates': featureGatesFlag(sourceControllerGates),
  concurrent: {
    type: 'integer',
    default: '2',
    description: 'Objects of a kind that are reconciled at a time.',
  },
  'storage-path': {
    type: 'string',
    default: '/data',
    env: 'STORAGE_PATH',
    description: 'The folder of the artifacts.',
  },
  'storage-addr': {
    type: 'string',
    default: ':9090',
    env: 'STORAGE_ADDRESS',
    description: 'Where artifacts are served.',
  },
  'storage-adv-addr': {
    type: 'string',
    default: '',
    env: 'STORAGE_ADV_ADDR',
    description: 'The address in the URLs of artifacts, where it is another than that of the server.',
  },
  'artifact-retention-ttl': {
    type: 'duration',
    default: '1m',
    description: 'How long an artifact that was replaced is kept.',
  },
  'artifact-retention-records': {
    type: 'integer',
    default: '2',
    description: 'How many artifacts of an object are kept.',
  },
  'artifact-digest-algo': {
    type: 'string',
    default: 'sha256',
    choices: ['sha256', 'sha384', 'sha512', 'blake3', 'sha1'],
    description: 'Of what the digests of artifacts are.',
  },
  'helm-index-max-size': {
    type: 'integer',
    default: '52428800',
    description: 'Bytes of the index of a Helm repository.',
  },
  'helm-chart-max-size': { type: 'integer', default: '10485760', description: 'Bytes of a chart.' },
  'helm-chart-file-max-size': {
    type: 'integer',
    default: '5242880',
    description: 'Bytes of a file in a chart.',
  },
  'helm-cache-max-size': {
    type: 'integer',
    default: '0',
    description: 'Indexes of Helm repositories that are kept in memory; none with 0.',
  },
  'helm-cache-ttl': {
    type: 'duration',
    default: '15m',
    description: 'How long an index is kept after it was last asked for.',
  },
  'helm-cache-purge-interval': {
    type: 'duration',
    default: '1m',
    description: 'How often indexes that are too old are looked for.',
  },
  'ssh-kex-algos': {
    type: 'list',
    default: '',
    description: 'The key exchanges that SSH servers are offered, in place of the defaults.',
  },
  'ssh-hostkey-algos': {
    type: 'list',
    default: '',
    description: 'The kinds of host keys that SSH servers are asked for, in place of the defaults.',
  },
  'oci-allowed-realms': {
    type: 'list',
    default: '',
    description:
      'Hosts that registries of other domains may send the controller to for a token, with its credentials.',
  },
  'sigstore-trusted-root': {
    type: 'string',
    default: '',
    description:
      'The file of the Sigstore root (trusted_root.json) that keyless signatures are verified by where no Secret names one: those of HelmCharts always.',
  },
  'default-service-account': {
    type: 'string',
    default: '',
    description: 'The service account whose identity at a cloud objects have that name none.',
  },
  'token-cache-max-size': {
    type: 'integer',
    default: '100',
    description: 'Tokens of clouds that are kept in memory; none with 0.',
  },
  'token-cache-max-duration': {
    type: 'duration',
    default: '1h',
    description: 'How long a token is kept at most, whatever it says itself.',
  },
};

/** The flags of source-watcher, with Flux's names and defaults: those of artifacts are the source controller's. */
export const sourceWatcherFlags: typeof sourceControllerFlags & {
  readonly 'http-retry': Flag<'integer'>;
  readonly 'reconciliation-timeout': Flag<'duration'>;
} = {
  ...sourceControllerFlags,
  'feature-gates': featureGatesFlag(sourceWatcherGates),
  concurrent: {
    type: 'integer',
    default: '10',
    description: 'ArtifactGenerators that are reconciled at a time.',
  },
  'requeue-dependency': { ...commonFlags['requeue-dependency'], default: '5s' },
  'http-retry': {
    type: 'integer',
    default: '9',
    description: 'How often the fetch of an artifact is tried again.',
  },
  'reconciliation-timeout': {
    type: 'duration',
    default: '10m',
    description: 'How long one reconciliation may take.',
  },
};

/** The flags of the kustomize controller, with Flux's names and defaults; those of builds are the toolkit's own. */
export const kustomizeControllerFlags: typeof commonFlags & {
  readonly concurrent: Flag<'integer'>;
  readonly 'concurrent-ssa': Flag<'integer'>;
  readonly 'http-retry': Flag<'integer'>;
  readonly 'default-service-account': Flag<'string'>;
  readonly 'override-manager': Flag<'list'>;
  readonly 'build-timeout': Flag<'duration'>;
  readonly 'build-max-memory': Flag<'integer'>;
  readonly 'build-max-output': Flag<'integer'>;
} = {
  ...commonFlags,
  'feature-gates': featureGatesFlag(kustomizeControllerGates),
  concurrent: { type: 'integer', default: '4', description: 'Kustomizations that are reconciled at a time.' },
  'concurrent-ssa': {
    type: 'integer',
    default: '4',
    description: 'Dry runs at a time, for each Kustomization.',
  },
  'http-retry': {
    type: 'integer',
    default: '9',
    description: 'How often the fetch of an artifact is tried again.',
  },
  'default-service-account': {
    type: 'string',
    default: '',
    description: 'The service account to apply as, where the object names none.',
  },
  'override-manager': {
    type: 'list',
    default: '',
    description: 'A field manager whose fields are taken over; may be repeated.',
  },
  'build-timeout': {
    type: 'duration',
    default: '1m',
    description: 'How long one build may take; the timeout of the Kustomization where that is shorter.',
  },
  'build-max-memory': {
    type: 'integer',
    default: '1024',
    description: 'MiB of memory that one build may use.',
  },
  'build-max-output': {
    type: 'integer',
    default: '64',
    description: 'MiB of all objects of one build together, as JSON.',
  },
};
