import type { Artifact } from '@gitops-toolkit/api';
import { conditions, type DelayedProgress, type ReconcileContext } from '@gitops-toolkit/runtime';
import type { StoreOptions } from '@gitops-toolkit/source';
import { failingAs } from '../reconcile-failure.ts';
import type { FailureCondition } from './source-conditions.ts';
import { artifactOwner, type SourceObject } from './source-object.ts';
import type { SourceOptions } from './source-options.ts';

/**
 * What is particular to a kind of source: looks whether `status.artifact` is what the spec asks for, and if it is not,
 * {@link SourceRun.announce | announces} the revision and {@link SourceRun.store | stores} its artifact.
 *
 * It sets the `observed…` fields of its own once the artifact is stored. What it throws ends the run: a
 * `ReconcileFailure` with its reason, anything else as `Failed`. All else is the frame's.
 */
export type SourceSteps<T extends SourceObject> = (run: SourceRun<T>) => Promise<void>;

/** What a {@link SourceRun} works on. */
export interface SourceRunInput<T extends SourceObject> {
  readonly object: T;
  readonly context: ReconcileContext;
  readonly options: SourceOptions;
  /** Shows the status as it is by now. */
  readonly progress: Pick<DelayedProgress, 'report'>;
}

/** An artifact to be stored, and what is said of it. */
export interface ArtifactInput extends Omit<StoreOptions, 'signal'> {
  /** Of the condition `ArtifactInStorage`, and so of `Ready`. @default 'Succeeded' */
  readonly reason?: string;
  /** The same. @default "stored artifact for revision '…'" */
  readonly message?: string;
  /** The event, where the content is new. @default 'NewArtifact', with the message of the condition */
  readonly event?: { readonly reason: string; readonly message: string };
}

/** One run over one source, for the {@link SourceSteps} of its kind. */
export class SourceRun<T extends SourceObject> {
  readonly object: T;
  readonly context: ReconcileContext;
  readonly #options: SourceOptions;
  readonly #progress: Pick<DelayedProgress, 'report'>;
  #failsIn: FailureCondition = 'FetchFailed';
  readonly #overcome = new Set<FailureCondition>();
  #hasNewContent = false;

  constructor({ object, context, options, progress }: SourceRunInput<T>) {
    this.object = object;
    this.context = context;
    this.#options = options;
    this.#progress = progress;
  }

  /** What is stored: its file is there and has its digest. */
  get artifact(): Artifact | undefined {
    return this.object.status?.artifact;
  }

  /** The condition of the step that is under way. */
  get failsIn(): FailureCondition {
    return this.#failsIn;
  }

  /** The conditions of steps that went well, of which one that is under way may still fail. */
  get overcome(): ReadonlySet<FailureCondition> {
    return this.#overcome;
  }

  /** Whether an artifact was stored whose bytes are others than those before. */
  get hasNewContent(): boolean {
    return this.#hasNewContent;
  }

  /**
   * Does a part of the work. What it throws is shown in the condition with the reason, unless it is a
   * `ReconcileFailure` and brings its own. A failure of an earlier run in that condition is over when the run has left it
   * behind. What is done outside of steps fails in `FetchFailed`.
   */
  async step<R>(condition: FailureCondition, reason: string, work: () => Promise<R> | R): Promise<R> {
    this.#failsIn = condition;
    const result = await failingAs(reason, work);
    this.#failsIn = 'FetchFailed';
    this.#overcome.add(condition);
    return result;
  }

  /** Says that the stored artifact is out of date, and what is under way: `new upstream revision '…'`. */
  announce(message: string, reason = 'NewRevision'): void {
    const { object, context } = this;
    conditions.markTrue(object, 'ArtifactOutdated', reason, message, context);
    conditions.markProgressing(object, 'Progressing', `building artifact: ${message}`, {
      clock: context.clock,
      drift: true,
    });
    this.#progress.report();
  }

  /** Stores an artifact and makes it that of the object. With an `alias`, its URL becomes `status.url`. */
  async store(input: ArtifactInput): Promise<Artifact> {
    const { object, context } = this;
    const { reason = 'Succeeded', message = storedMessage(input.revision), event, ...file } = input;
    const { storage } = this.#options;
    const owner = artifactOwner(object);
    const artifact = await this.step('StorageOperationFailed', 'ArchiveOperationFailed', () =>
      storage.store(owner, { ...file, signal: context.signal }),
    );
    this.#hasNewContent = this.artifact?.digest !== artifact.digest;
    const status = statusOf(object);
    status.artifact = artifact;
    if (file.alias !== undefined) status.url = storage.aliasUrl(owner, file.alias);
    conditions.markTrue(object, 'ArtifactInStorage', reason, message, context);
    if (this.#hasNewContent) this.#tellNew(artifact, event ?? { reason: 'NewArtifact', message });
    return artifact;
  }

  #tellNew(artifact: Artifact, { reason, message }: { reason: string; message: string }): void {
    const { revision, digest, size: bytes } = artifact;
    this.context.events.normal(this.object, reason, message, {
      'source.toolkit.fluxcd.io/revision': revision,
      'source.toolkit.fluxcd.io/digest': digest,
    });
    this.context.log.info('stored artifact', { revision, digest, bytes });
  }
}

/** What Flux says of an artifact. */
export function storedMessage(revision: string): string {
  return `stored artifact for revision '${revision}'`;
}

/** The status of a source, which may not have one yet. */
export function statusOf(object: SourceObject): NonNullable<SourceObject['status']> {
  return (object.status ??= {});
}
