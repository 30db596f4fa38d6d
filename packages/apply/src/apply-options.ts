import { type Clock, systemClock } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import type { ApplyMemory } from './apply-memory.ts';
import type { ChangeSet } from './change-set.ts';
import { type CleanupRules, LEGACY_ANNOTATIONS, LEGACY_LABELS } from './cleanup.ts';
import { supersededManagers } from './field-managers.ts';
import type { ReadStatus } from './health/read-status.ts';
import { compileIgnoreRules, type IgnoredPaths, type IgnoreRule } from './ignore-rules.ts';
import type { Inventory } from './inventory.ts';
import type { Owner } from './owner.ts';
import { type Selectors, selectorsOf } from './selectors.ts';

/** Options of {@link applyResources}. */
export interface ApplyResourcesOptions {
  /** Whose objects these are: their field manager and their labels. */
  readonly owner: Owner;
  /**
   * What was applied before. Where that is nothing, all is expected to be new: an object whose kind is
   * built in and whose form is right is created without asking first, by one request that fails
   * where it exists. After a failure everything that is left is dry-run before more is written.
   * @default unknown: everything is looked at and dry-run
   */
  readonly inventory?: Inventory;
  /** What the API server said before: what did not change since is only read. @default nothing */
  readonly memory?: ApplyMemory;
  /** Recreates objects where a change of an immutable field is refused. @default false */
  readonly force?: boolean;
  /** Requests at once. @default 4 */
  readonly concurrency?: number;
  /** Fields that others may change. */
  readonly ignoreRules?: readonly IgnoreRule[];
  /** Beginnings of names of managers whose fields become ours, beside kubectl's. */
  readonly overrideManagers?: readonly string[];
  /** Kinds, as `group/Kind`, that are applied before the rest. */
  readonly customStageKinds?: ReadonlySet<string>;
  /** The labels and annotations that authors steer with. @default those of the owner's group */
  readonly selectors?: Selectors;
  /** How long definitions and classes may take to be ready, and recreated objects to be gone. @default 60 000 */
  readonly waitTimeoutMs?: number;
  /** How often that is looked at, at most. @default 2000 */
  readonly waitPollMs?: number;
  /** Reads the status of kinds that it knows, in place of the rules of kstatus. */
  readonly readStatus?: ReadStatus;
  /** Gets what was done so far: after each stage, and before an error is thrown. */
  readonly onApplied?: (changes: ChangeSet) => void;
  /** Looked at before and during every request. Objects that were applied stay. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** A run of apply: its options with their defaults, compiled once. */
export interface ApplyRun {
  readonly client: KubeClient;
  readonly owner: Owner;
  /** It is known that nothing was applied before. */
  readonly installs: boolean;
  readonly memory: ApplyMemory | undefined;
  /** All else that the outcome of an apply depends on, as text. */
  readonly settings: string;
  readonly force: boolean;
  readonly concurrency: number;
  readonly selectors: Selectors;
  readonly cleanup: CleanupRules;
  readonly ignoredPaths: IgnoredPaths;
  readonly waitTimeoutMs: number;
  readonly waitPollMs: number;
  readonly readStatus: ReadStatus | undefined;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** Fills in the defaults. */
export function createRun(client: KubeClient, options: ApplyResourcesOptions): ApplyRun {
  const { owner, overrideManagers = [], ignoreRules = [], inventory, memory, selectors } = options;
  return {
    client,
    owner,
    installs: inventory?.entries.length === 0,
    memory,
    settings: JSON.stringify([owner, overrideManagers, ignoreRules, selectors]),
    force: options.force ?? false,
    concurrency: options.concurrency ?? 4,
    selectors: selectors ?? selectorsOf(owner.group),
    cleanup: {
      annotations: LEGACY_ANNOTATIONS,
      labels: LEGACY_LABELS,
      managers: supersededManagers(owner.fieldManager, overrideManagers),
    },
    ignoredPaths: compileIgnoreRules(ignoreRules),
    waitTimeoutMs: options.waitTimeoutMs ?? 60_000,
    waitPollMs: options.waitPollMs ?? 2000,
    readStatus: options.readStatus,
    signal: options.signal,
    clock: options.clock ?? systemClock,
  };
}
