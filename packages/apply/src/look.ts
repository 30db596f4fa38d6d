import { type KubeObject, refOf, refString, sleep } from '@gitops-toolkit/core';
import { isForbidden, isNoMatch } from '@gitops-toolkit/kube';
import type { ApplyRun } from './apply-options.ts';
import { ApplyError } from './errors.ts';
import { sanitizeError } from './sanitize.ts';
import { signalOf } from './signal-of.ts';

/** What looking at the cluster needs to know of its surroundings. */
export interface LookContext {
  readonly run: ApplyRun;
  /** Kinds, as `group/Kind`, that CRDs of the same set define. */
  readonly defined: ReadonlySet<string>;
}

/** What a dry run came to. */
export type DryRun = { readonly merged: KubeObject } | { readonly error: unknown };

/** The object in the cluster; absent where there is none, or where we may not read it. */
export async function readLive(desired: KubeObject, context: LookContext): Promise<KubeObject | undefined> {
  const { run } = context;
  try {
    return await whenServed(desired, context, () => run.client.find(refOf(desired), signalOf(run)));
  } catch (error) {
    // Who may apply and not read applies every time. A kind that is not served fails in the dry run, with its text.
    if (isForbidden(error) || isNoMatch(error)) return undefined;
    run.signal?.throwIfAborted();
    const message = `${refString(refOf(desired))} query failed: ${(error as Error).message}`;
    throw new ApplyError('APPLY_READ_FAILED', message, {
      cause: error,
      object: refOf(desired),
      retry: 'backoff',
    });
  }
}

/** Asks the API server what an apply would make of the object. */
export async function tryDryRun(desired: KubeObject, context: LookContext): Promise<DryRun> {
  const { run } = context;
  try {
    const { fieldManager } = run.owner;
    const apply = () =>
      run.client.apply(desired, { fieldManager, force: true, dryRun: true, ...signalOf(run) });
    return { merged: await whenServed(desired, context, apply) };
  } catch (error) {
    run.signal?.throwIfAborted();
    return { error: sanitizeError(error, desired) };
  }
}

/** An object of a kind with namespaces must name one: that of our own configuration is not its author's wish. */
export async function checkNamespace(desired: KubeObject, context: LookContext): Promise<void> {
  if (desired.metadata.namespace) return;
  const mapping = await whenServed(desired, context, () => context.run.client.mapping(desired)).catch(
    () => undefined,
  );
  if (!mapping?.namespaced) return;
  const subject = refString(refOf(desired));
  const message = `${subject} namespace not specified: the server could not find the requested resource`;
  throw new ApplyError('APPLY_DRY_RUN_FAILED', message, {
    object: refOf(desired),
    hint: 'Set metadata.namespace, or a namespace for the whole set.',
  });
}

/** A CRD is established a moment before its kind is served. */
const SERVED_WITHIN_MS = 10_000;

async function whenServed<T>(desired: KubeObject, context: LookContext, call: () => Promise<T>): Promise<T> {
  const { run, defined } = context;
  const started = run.clock.monotonic();
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await call();
    } catch (error) {
      const isExpected = isNoMatch(error) && defined.has(groupKind(desired.apiVersion, desired.kind));
      if (!isExpected || run.clock.monotonic() - started > SERVED_WITHIN_MS) throw error;
      await sleep(waitMs, { clock: run.clock, ...signalOf(run) });
    }
  }
}

/** `group/Kind`. */
export function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}
