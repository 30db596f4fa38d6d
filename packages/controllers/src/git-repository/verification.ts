import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { conditions, readSecret } from '@gitops-toolkit/runtime';
import {
  type FetchedTree,
  type GitVerification,
  type GitVerificationMode,
  gitSignatureKeys,
} from '@gitops-toolkit/source';
import { findToolkitError } from '@gitops-toolkit/core';
import { ControllersError } from '../errors.ts';
import { failingAs, ReconcileFailure } from '../reconcile-failure.ts';
import type { SourceRun } from '../source/source-run.ts';

/** What is verified, and by which keys; `undefined` where nothing need be signed. */
export async function readVerification(
  object: GitRepository,
  client: KubeClient,
  signal: AbortSignal,
): Promise<GitVerification | undefined> {
  const { verify } = object.spec;
  if (!verify) return undefined;
  const mode = modeOf(object);
  if (mode !== 'HEAD' && !namesTag(object)) {
    const words = `the verification mode ${mode} needs a reference to a tag`;
    const cause = new ControllersError('CONTROLLERS_SPEC_INVALID', words, {
      hint: 'Name a tag, a range of versions, or refs/tags/….',
    });
    throw new ReconcileFailure('InvalidVerificationMode', { cause, stalled: true });
  }
  return failingAs('VerificationError', async () => {
    const name = { namespace: object.metadata.namespace ?? '', name: verify.secretRef.name };
    const secret = await readSecret(client, name, signal);
    const entries = secret.keys.map((key) => [key, secret.text(key) ?? '']);
    return { mode, keys: gitSignatureKeys(Object.fromEntries(entries)) };
  });
}

/** Whether what is stored was verified as the spec asks. */
export function isVerified(object: GitRepository): boolean {
  if (!object.spec.verify) return true;
  return (
    object.status?.sourceVerificationMode === modeOf(object) && conditions.isTrue(object, 'SourceVerified')
  );
}

/** Runs a fetch that verifies; a failure of a signature is one of `SourceVerified`. */
export async function verifying(
  run: SourceRun<GitRepository>,
  fetch: () => Promise<FetchedTree>,
): Promise<FetchedTree> {
  try {
    return await fetch();
  } catch (error) {
    if (!findToolkitError(error)?.code.startsWith('GIT_SIGNATURE_')) throw error;
    const reason = modeOf(run.object) === 'HEAD' ? 'InvalidCommitSignature' : reasonOf(error);
    const cause = error instanceof ReconcileFailure ? error.cause : error;
    return run.step('SourceVerified', reason, () => Promise.reject(cause));
  }
}

/** Shows who signed; what is no longer to be verified is no longer spoken of. */
export function showVerified({ object, context }: SourceRun<GitRepository>, { signers }: FetchedTree): void {
  const status = (object.status ??= {});
  if (!signers) {
    conditions.remove(object, 'SourceVerified');
    delete status.sourceVerificationMode;
    return;
  }
  const who = Object.entries(signers).map(([what, key]) => `${what} by key '${key}'`);
  const text = `verified signature of ${who.join(' and ')}`;
  conditions.markTrue(object, 'SourceVerified', 'Succeeded', text, context);
  status.sourceVerificationMode = modeOf(object);
  context.events.trace(object, 'Succeeded', text);
}

function modeOf({ spec }: GitRepository): GitVerificationMode {
  const mode = spec.verify?.mode ?? 'HEAD';
  return mode === 'head' ? 'HEAD' : mode;
}

function namesTag({ spec: { ref } }: GitRepository): boolean {
  if (ref?.commit !== undefined) return false;
  return ref?.name === undefined ? Boolean(ref?.tag ?? ref?.semver) : ref.name.startsWith('refs/tags/');
}

function reasonOf(error: unknown): string {
  return findToolkitError(error)?.message.startsWith('tag ')
    ? 'InvalidTagSignature'
    : 'InvalidCommitSignature';
}
