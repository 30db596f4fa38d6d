import type { FileTree } from '@gitops-toolkit/core';
import type { BuildOptions, BuildResult } from './build-options.ts';
/** Builds the kustomization in a directory of a tree. */
export declare function build(tree: FileTree, options?: BuildOptions): BuildResult;
