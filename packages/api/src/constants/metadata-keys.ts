import { KUSTOMIZE_GROUP, SOURCE_GROUP } from './groups.ts';

/** The finalizer that controllers of the toolkit's kinds put on their objects. */
export const FINALIZER = 'finalizers.fluxcd.io';

/** The annotation whose change asks for a reconciliation at once; its value is a token of the asker's. */
export const RECONCILE_REQUEST_ANNOTATION = 'reconcile.fluxcd.io/requestedAt';

/** The label of ConfigMaps and secrets whose change makes their users reconcile; its value is {@link WATCH_ENABLED}. */
export const WATCH_LABEL = 'reconcile.fluxcd.io/watch';

/** See {@link WATCH_LABEL}. */
export const WATCH_ENABLED = 'Enabled';

/** The label by which objects are divided among several controllers of a kind. */
export const SHARDING_LABEL = 'sharding.fluxcd.io/key';

/** What an object's annotations that begin so are: metadata of its events. */
export const EVENT_METADATA_PREFIX = 'event.toolkit.fluxcd.io/';

/** The labels of applied objects that say which Kustomization they belong to. */
export const ownerLabels: { readonly name: string; readonly namespace: string } = {
  name: `${KUSTOMIZE_GROUP}/name`,
  namespace: `${KUSTOMIZE_GROUP}/namespace`,
};

/** The labels or annotations of applied objects that change how they are treated. */
export const applyOptions: {
  /** `disabled`: neither applied nor deleted. */
  readonly reconcile: string;
  /** `disabled`: not deleted when it leaves the build. */
  readonly prune: string;
  /** `Override`, `Merge`, `IfNotPresent` or `Ignore`. */
  readonly ssa: string;
  /** `enabled`: created anew when an immutable field changes. */
  readonly force: string;
  /** `disabled`: variables in it are left alone. */
  readonly substitute: string;
  /** `disabled`: encrypted parts in it are left alone. */
  readonly decrypt: string;
} = {
  reconcile: `${KUSTOMIZE_GROUP}/reconcile`,
  prune: `${KUSTOMIZE_GROUP}/prune`,
  ssa: `${KUSTOMIZE_GROUP}/ssa`,
  force: `${KUSTOMIZE_GROUP}/force`,
  substitute: `${KUSTOMIZE_GROUP}/substitute`,
  decrypt: `${KUSTOMIZE_GROUP}/decrypt`,
};

/** The metadata of the events of a group: what revision, of what digest, from where. */
export const eventMetadata: {
  readonly sourceRevision: string;
  readonly sourceDigest: string;
  readonly kustomizeRevision: string;
  readonly kustomizeOriginRevision: string;
  readonly commitStatus: string;
} = {
  sourceRevision: `${SOURCE_GROUP}/revision`,
  sourceDigest: `${SOURCE_GROUP}/digest`,
  kustomizeRevision: `${KUSTOMIZE_GROUP}/revision`,
  kustomizeOriginRevision: `${KUSTOMIZE_GROUP}/originRevision`,
  commitStatus: `${KUSTOMIZE_GROUP}/commit_status`,
};

/** The keys of an artifact's metadata, and of OCI annotations, that name where the content came from. */
export const originMetadata = {
  created: 'org.opencontainers.image.created',
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
} as const;
