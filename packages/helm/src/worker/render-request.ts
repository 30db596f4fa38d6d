import type { ExecutionLimits, SprigOptions } from '@gitops-toolkit/go-template';
import type { RenderOptions } from '../render/render.ts';
import type { RenderParts } from '../output/render-result.ts';
import type { CloneableValue } from './cloneable-value.ts';
import type { LookupAnswer, LookupRequest } from './recorded-lookup.ts';
import type { SharedChart } from './shared-chart.ts';

/** What sprig's functions ask of their surroundings, as far as another thread can have it. */
export interface WorkerSprigOptions extends Pick<SprigOptions, 'localZone'> {
  /** Milliseconds since 1970 that the clock stands at. @default the clock goes on */
  readonly now?: number;
}

/** The options of `render` that hold no functions. */
export type PlainRenderOptions = Omit<
  RenderOptions,
  'values' | 'lookup' | 'sprig' | 'limits' | 'cache' | 'warn'
> & {
  readonly sprig?: WorkerSprigOptions;
  readonly limits?: Omit<ExecutionLimits, 'signal'>;
};

/** A render as it is sent to a worker. */
export interface RenderRequest {
  readonly chart: SharedChart;
  readonly path: string;
  readonly values?: CloneableValue;
  readonly options: PlainRenderOptions;
  /** What the cluster has answered so far, where it can be asked. */
  readonly answers?: readonly LookupAnswer[];
}

/** What a worker gives, beside the objects: those of the manifest, hooks, CRDs. */
export type RenderSummary =
  | { readonly missing: readonly LookupRequest[] }
  | (Omit<RenderParts, 'manifests' | 'hooks' | 'crds'> & {
      readonly manifestCount: number;
      readonly hookCount: number;
    });
