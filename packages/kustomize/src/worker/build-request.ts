import type { SharedTree } from '@gitops-toolkit/core/node';
import type { BuildOptions, BuildResult } from '../build-options.ts';

/** The part of a type that can be sent to another thread: all but its functions. */
export type WithoutFunctions<T> = {
  [K in keyof T as NonNullable<T[K]> extends (...args: never) => unknown ? never : K]: T[K];
};

/** A build as it is sent to a worker. */
export interface BuildRequest {
  readonly tree: SharedTree;
  readonly remotes?: readonly (readonly [url: string, content: SharedTree | Uint8Array])[];
  readonly options: WithoutFunctions<Omit<BuildOptions, 'remotes'>>;
}

/** What a worker gives of a build, beside the resources. */
export type BuildSummary = WithoutFunctions<Omit<BuildResult, 'resources'>>;
