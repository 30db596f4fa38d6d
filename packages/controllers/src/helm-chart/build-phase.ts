import type { HelmChart } from '@gitops-toolkit/api';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { FailureCondition } from '../source/source-conditions.ts';
import type { SourceRun } from '../source/source-run.ts';

/** Why a chart cannot be made, as Flux has it. */
export type BuildReason =
  | 'InvalidChartReference'
  | 'ChartPullError'
  | 'MetadataPatchError'
  | 'ValuesFilesError'
  | 'DependencyBuildError'
  | 'ChartPackageError'
  | 'ChartVerificationError';

/** Where a failure is shown, its words, and whether nothing but a change of the object helps. */
const REASONS: Readonly<
  Record<
    BuildReason,
    { readonly shownIn: FailureCondition; readonly words: string; readonly stalled: boolean }
  >
> = {
  InvalidChartReference: { shownIn: 'FetchFailed', words: 'invalid chart reference', stalled: true },
  ChartPullError: { shownIn: 'FetchFailed', words: 'chart pull error', stalled: false },
  MetadataPatchError: { shownIn: 'BuildFailed', words: 'chart metadata patch error', stalled: true },
  ValuesFilesError: { shownIn: 'BuildFailed', words: 'values files merge error', stalled: true },
  DependencyBuildError: { shownIn: 'BuildFailed', words: 'dependency build error', stalled: false },
  ChartPackageError: { shownIn: 'BuildFailed', words: 'chart package error', stalled: false },
  ChartVerificationError: { shownIn: 'BuildFailed', words: 'chart verification error', stalled: false },
};

/** Does a part of making a chart; what it fails with has the reason. */
export type BuildPhase = <T>(reason: BuildReason, work: () => Promise<T> | T) => Promise<T>;

/** The phases of a run. */
export function buildPhases(run: SourceRun<HelmChart>): BuildPhase {
  return (reason, work) => {
    const { shownIn, words, stalled } = REASONS[reason];
    return run.step(shownIn, reason, async () => {
      try {
        return await work();
      } catch (cause) {
        run.context.signal.throwIfAborted();
        throw new ReconcileFailure(reason, { cause, prefix: `${words}: `, stalled });
      }
    });
  };
}
