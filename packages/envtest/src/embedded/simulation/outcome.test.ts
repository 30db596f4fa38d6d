import { describe, expect, it } from 'vitest';

import { OUTCOME_ANNOTATION, outcomeOf } from './outcome.ts';
import { templateHash } from './template-hash.ts';

const pod = (annotation?: string, image = 'main:1', restartPolicy = 'Always') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: annotation === undefined ? {} : { annotations: { [OUTCOME_ANNOTATION]: annotation } },
  spec: { restartPolicy, containers: [{ name: 'main', image }] },
});

describe('outcomeOf', () => {
  it('is ready unless told otherwise', () => {
    expect(outcomeOf(pod())).toEqual({ pulls: true, ready: true, ends: false, exitCode: 0 });
    expect(outcomeOf(pod(undefined, 'main:1', 'Never'))).toMatchObject({ ends: true, exitCode: 0 });
    expect(outcomeOf(pod('something-else'))).toMatchObject({ ready: true });
  });

  it('does not find images with the tag bad', () => {
    expect(outcomeOf(pod(undefined, 'main:bad'))).toMatchObject({
      pulls: false,
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "main:bad"',
    });
    expect(outcomeOf(pod(undefined, 'bad:1'))).toMatchObject({ pulls: true });
  });

  it('follows the annotation', () => {
    expect(outcomeOf(pod('pull-error'))).toMatchObject({ pulls: false, ready: false });
    expect(outcomeOf(pod('crash'))).toMatchObject({ pulls: true, ready: false, reason: 'CrashLoopBackOff' });
    expect(outcomeOf(pod('never-ready', 'main:1', 'Never'))).toMatchObject({ ready: false, ends: false });
    expect(outcomeOf(pod('fail'))).toMatchObject({ ends: true, exitCode: 1 });
  });
});

describe('templateHash', () => {
  it('is the same for equal templates, whatever the order of their keys', () => {
    expect(templateHash({ a: 1, b: [{ c: 2 }] })).toBe(templateHash({ b: [{ c: 2 }], a: 1 }));
    expect(templateHash({ a: 1 })).not.toBe(templateHash({ a: 2 }));
    expect(templateHash({})).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  });
});
