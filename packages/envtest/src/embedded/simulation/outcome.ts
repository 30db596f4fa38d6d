import { getOwn, type KubeObject } from '@gitops-toolkit/core';

/** The annotation of a Pod (or of its template) that says what becomes of it. */
export const OUTCOME_ANNOTATION = 'simulation.gitops-toolkit.dev/outcome';

/** What becomes of a Pod. */
export interface Outcome {
  /** Whether its images are there. */
  readonly pulls: boolean;
  readonly ready: boolean;
  /** Why its containers do not run, if they do not. */
  readonly reason?: string;
  readonly message?: string;
  /** Whether its containers end by themselves, as those of Jobs do. */
  readonly ends: boolean;
  readonly exitCode: number;
}

/**
 * Reads from a Pod what becomes of it: from its annotation (`pull-error`, `crash`, `never-ready`,
 * `fail`), or from an image with the tag `bad`, which is never found.
 */
export function outcomeOf(pod: KubeObject): Outcome {
  const wanted = getOwn(pod.metadata.annotations, OUTCOME_ANNOTATION);
  const bad = images(pod).find((image) => image.endsWith(':bad'));
  if (wanted === 'pull-error' || bad !== undefined) {
    const message = `Back-off pulling image ${JSON.stringify(bad ?? images(pod)[0] ?? '')}`;
    return { pulls: false, ready: false, reason: 'ImagePullBackOff', message, ends: false, exitCode: 0 };
  }
  const ends = getOwn(pod['spec'], 'restartPolicy') !== 'Always';
  if (wanted === 'fail') return { pulls: true, ready: true, ends: true, exitCode: 1 };
  if (wanted === 'crash') {
    const message = 'back-off 10s restarting failed container';
    return { pulls: true, ready: false, reason: 'CrashLoopBackOff', message, ends, exitCode: 1 };
  }
  return {
    pulls: true,
    ready: wanted !== 'never-ready',
    ends: ends && wanted !== 'never-ready',
    exitCode: 0,
  };
}

function images(pod: KubeObject): string[] {
  return ((getOwn(pod['spec'], 'containers') ?? []) as { image?: string }[]).map(({ image = '' }) => image);
}
