import { ArtifactGenerator, GitRepository, HelmChart, Kustomization } from '@gitops-toolkit/api';
import { directoryOf, joinPath, type KubeObject } from '@gitops-toolkit/core';
import type { ResourceKind } from '@gitops-toolkit/runtime';

/** A path that an object reads of a GitRepository. */
export interface ConsumedPath {
  readonly namespace: string;
  /** The name of the GitRepository. */
  readonly name: string;
  /** A directory or a file; the root where all is wanted. */
  readonly path: string;
}

/** A kind whose objects declare which paths of GitRepositories they read. */
export interface PathConsumer<T extends KubeObject = KubeObject> {
  readonly kind: ResourceKind<T>;
  pathsOf(object: T): readonly ConsumedPath[];
}

/** A Kustomization reads its `spec.path` and its components; bases elsewhere are not declared. */
export const kustomizationPaths: PathConsumer<Kustomization> = {
  kind: Kustomization,
  pathsOf({ metadata, spec }) {
    const { path = '', components = [], sourceRef } = spec;
    const paths = [path, ...components.map((component) => joinPath(path, component) ?? path)];
    return isGitRepository(sourceRef) ? consumed(sourceRef, metadata, paths) : [];
  },
};

/** A HelmChart reads the folder of its chart, and its values files. */
export const helmChartPaths: PathConsumer<HelmChart> = {
  kind: HelmChart,
  pathsOf({ metadata, spec }) {
    const { chart, valuesFiles = [], sourceRef } = spec;
    return isGitRepository(sourceRef) ? consumed(sourceRef, metadata, [chart, ...valuesFiles]) : [];
  },
};

/** An ArtifactGenerator reads what it copies: of a pattern, the folder that it begins with. */
export const artifactGeneratorPaths: PathConsumer<ArtifactGenerator> = {
  kind: ArtifactGenerator,
  pathsOf({ metadata, spec }) {
    const { sources, artifacts, pathPattern } = spec;
    const patterns = artifacts.flatMap(({ copy }) => copy.map(({ from }) => from));
    if (pathPattern) patterns.push(pathPattern);
    return sources.filter(isGitRepository).flatMap((source) => {
      const start = `@${source.alias}/`;
      const own = patterns.filter((pattern) => pattern.startsWith(start));
      return consumed(
        source,
        metadata,
        own.map((pattern) => fixedPart(pattern.slice(start.length))),
      );
    });
  },
};

/** A GitRepository reads what it includes of others. */
export const includePaths: PathConsumer<GitRepository> = {
  kind: GitRepository,
  pathsOf: ({ metadata, spec }) =>
    (spec.include ?? []).flatMap(({ repository, fromPath = '' }) =>
      consumed(repository, metadata, [fromPath]),
    ),
};

function isGitRepository({ kind }: { readonly kind: string }): boolean {
  return kind === GitRepository.kind;
}

function consumed(
  { name, namespace }: { readonly name: string; readonly namespace?: string },
  metadata: KubeObject['metadata'],
  paths: readonly string[],
): ConsumedPath[] {
  return paths.map((path) => ({ name, namespace: namespace ?? metadata.namespace ?? '', path }));
}

/** The segments of a pattern before the first that finds more than one name. */
function fixedPart(pattern: string): string {
  const wild = pattern.search(/[*?[{\\]/);
  return wild < 0 ? pattern : directoryOf(pattern.slice(0, wild));
}
