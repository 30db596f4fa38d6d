import type { FileTree } from '@gitops-toolkit/core';
import { SourceError } from '../errors.ts';
import { type ArtifactTemplate, parseAliasPath } from './copy-operation.ts';
import { limitReached, patternInvalid } from './generator-error.ts';
import { compilePathPattern, type PathPattern, renderTemplate } from './path-pattern.ts';

/** What {@link expandArtifacts} works with. */
export interface ExpandOptions {
  /** `@<alias>/apps/{app}`: the directories that the artifacts are made for, each on its own. @default none */
  readonly pathPattern?: string;
  /** The trees by their aliases. */
  readonly sources: ReadonlyMap<string, FileTree>;
  /** @default 5000, which is what a status has room for */
  readonly maxArtifacts?: number;
}

/** An artifact to be made, with nothing left to be filled in. */
export type PlannedArtifact<T extends ArtifactTemplate> = T & {
  /** What was captured, in lower case. */
  readonly labels: Readonly<Record<string, string>>;
};

const LABEL_KEY = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * The artifacts that templates stand for: themselves without a `pathPattern`; with one, each for every directory that
 * fits, in the order of the tree. What the braces capture takes the place of `{name}`: in lower case in names and labels,
 * as it is in paths.
 *
 * @throws `GENERATOR_PATTERN_INVALID` for a pattern that is none, for a directory whose name can be no label, and for two
 *   artifacts of one name; `GENERATOR_LIMIT`
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { expandArtifacts } from '@gitops-toolkit/source';
 * const repo = MemoryTree.from({ 'apps/Web/app.yaml': 'a: 1\n', 'apps/api/app.yaml': 'a: 1\n' });
 * const planned = expandArtifacts(
 *   [{ name: 'app-{app}', copy: [{ from: '@repo/apps/{app}/**', to: '@artifact/' }] }],
 *   { pathPattern: '@repo/apps/{app}', sources: new Map([['repo', repo]]) },
 * );
 * planned.map(({ name, labels }) => [name, labels]); // [['app-web', { app: 'web' }], ['app-api', { app: 'api' }]]
 * ```
 */
export function expandArtifacts<T extends ArtifactTemplate>(
  templates: readonly T[],
  { pathPattern = '', sources, maxArtifacts = 5000 }: ExpandOptions,
): PlannedArtifact<T>[] {
  if (pathPattern === '') return templates.map((template) => ({ ...template, labels: {} }));
  const planned = new Map<string, { directory: string; artifact: PlannedArtifact<T> }>();
  return inPattern(pathPattern, () => {
    for (const { path, captured } of fittingDirectories(pathPattern, sources)) {
      const labels = asLabels(captured);
      for (const template of templates) {
        const artifact = render(template, captured, labels);
        const { name } = artifact;
        const other = planned.get(name);
        if (other)
          throw patternInvalid(
            `directories "${other.directory}" and "${path}" both resolve to artifact name "${name}"`,
          );
        planned.set(name, { directory: path, artifact });
        if (planned.size > maxArtifacts) throw limitReached(`there are more than ${maxArtifacts} artifacts`);
      }
    }
    return [...planned.values()].map(({ artifact }) => artifact);
  });
}

interface FittingDirectory {
  readonly path: string;
  readonly captured: Readonly<Record<string, string>>;
}

function fittingDirectories(
  pathPattern: string,
  sources: ReadonlyMap<string, FileTree>,
): Iterable<FittingDirectory> {
  const parsed = parseAliasPath(pathPattern);
  if (!parsed) throw patternInvalid('not of the form @alias/pattern');
  const pattern = compilePathPattern(parsed.path);
  for (const name of pattern.captures)
    if (!LABEL_KEY.test(name))
      throw patternInvalid(`capture variable "${name}" is not a valid Kubernetes label key`);
  const tree = sources.get(parsed.alias);
  if (!tree) throw patternInvalid(`source alias ${parsed.alias} not found`);
  return walk(tree, pattern, { path: '', captured: {} }, 0);
}

/** Links are not followed: a directory is met once. */
function* walk(
  tree: FileTree,
  pattern: PathPattern,
  { path, captured }: FittingDirectory,
  depth: number,
): Generator<FittingDirectory> {
  if (depth === pattern.depth) return yield { path, captured };
  for (const { name, kind } of tree.list(path)) {
    if (kind !== 'directory') continue;
    const step = pattern.captureStep(depth, name);
    if (!step) continue;
    const below = { path: path === '' ? name : `${path}/${name}`, captured: { ...captured, ...step } };
    yield* walk(tree, pattern, below, depth + 1);
  }
}

function asLabels(captured: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(captured).map(([key, value]) => {
      const label = value.toLowerCase();
      if (label.length <= 63 && /^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/.test(label)) return [key, label];
      throw patternInvalid(
        `captured value "${value}" for variable "${key}" is not a valid Kubernetes label value`,
        'Rename the directory, or choose a pattern that it does not fit.',
      );
    }),
  );
}

function render<T extends ArtifactTemplate>(
  template: T,
  captured: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): PlannedArtifact<T> {
  const name = renderTemplate(template.name, labels);
  if (name.length > 253 || !OBJECT_NAME.test(name))
    throw patternInvalid(`rendered artifact name "${name}" is not a valid Kubernetes object name`);
  const copy = template.copy.map((operation) => ({
    ...operation,
    from: renderTemplate(operation.from, captured),
    to: renderTemplate(operation.to, captured),
  }));
  return { ...template, name, copy, labels };
}

/** Every failure names the pattern. */
function inPattern<R>(pathPattern: string, work: () => R): R {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    const { code, message, hint, retry } = cause;
    throw new SourceError(code, `pathPattern "${pathPattern}": ${message}`, {
      cause,
      retry,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
