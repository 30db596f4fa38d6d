import { describe, expect, it } from 'vitest';
import {
  applyOptions,
  eventMetadata,
  FINALIZER,
  ownerLabels,
  RECONCILE_REQUEST_ANNOTATION,
  reasons,
  sourceReasons,
  WATCH_LABEL,
} from '../index.ts';

describe('the names that clusters hold already', () => {
  it('are spelled as Flux spells them', () => {
    expect(FINALIZER).toBe('finalizers.fluxcd.io');
    expect(RECONCILE_REQUEST_ANNOTATION).toBe('reconcile.fluxcd.io/requestedAt');
    expect(WATCH_LABEL).toBe('reconcile.fluxcd.io/watch');
    expect(ownerLabels).toEqual({
      name: 'kustomize.toolkit.fluxcd.io/name',
      namespace: 'kustomize.toolkit.fluxcd.io/namespace',
    });
    expect(applyOptions.prune).toBe('kustomize.toolkit.fluxcd.io/prune');
    expect(eventMetadata.sourceRevision).toBe('source.toolkit.fluxcd.io/revision');
    expect(eventMetadata.kustomizeOriginRevision).toBe('kustomize.toolkit.fluxcd.io/originRevision');
  });

  it('are reasons that a condition may have', () => {
    for (const reason of Object.values({ ...reasons, ...sourceReasons }))
      expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
  });
});
