import { errorMessage, findToolkitError, type FileTree, type RetryClass } from '@gitops-toolkit/core';
import { createBreather, type UnpackLimits } from '@gitops-toolkit/core/node';
import { SourceError } from '../errors.ts';
import { copyFiles } from './copy-files.ts';
import { type CopyOperation, parseAliasPath } from './copy-operation.ts';
import { patternInvalid } from './generator-error.ts';
import { type ComposeLimits, Staging } from './staging.ts';

/** What {@link composeTree} works with. */
export interface ComposeOptions {
  /** The trees by the aliases that operations call them by. */
  readonly sources: ReadonlyMap<string, FileTree>;
  readonly limits?: ComposeLimits;
  /** Of each archive that is unpacked. */
  readonly unpackLimits?: UnpackLimits;
  /** Looked at between files. */
  readonly signal?: AbortSignal;
}

/**
 * Puts the tree of an artifact together from parts of others, by the operations of an ArtifactGenerator, in their order.
 *
 * A path without wildcards is copied as `cp -r` does: a directory into the target, a file to the target, or into it where
 * that ends in `/` or is a directory. Patterns are those of a shell: `dir/**` is all that is in `dir`, directories with
 * everything below them, while `**` between slashes is a single part of a path. `exclude` and patterns of `Extract` know `**`
 * for any number of parts, and `{a,b}`. All of it is how Flux's source-watcher reads them.
 *
 * Nothing is read outside of the sources or written outside of the artifact. Files are shared with the sources, not copied.
 *
 * @throws `GENERATOR_COPY_FAILED` with the operation and what is wrong, `GENERATOR_PATTERN_INVALID`, `GENERATOR_LIMIT`;
 *   the reason of the signal
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { composeTree } from '@gitops-toolkit/source';
 * const repo = MemoryTree.from({ 'deploy/web/app.yaml': 'a: 1\n', 'deploy/web/README.md': '# Web\n' });
 * const tree = await composeTree(
 *   [{ from: '@repo/deploy/web/**', to: '@artifact/', exclude: ['*.md'] }],
 *   { sources: new Map([['repo', repo]]) },
 * );
 * tree.list(''); // app.yaml
 * ```
 */
export async function composeTree(
  operations: readonly CopyOperation[],
  options: ComposeOptions,
): Promise<FileTree> {
  const staging = new Staging(options.limits);
  const breathe = createBreather(options.signal);
  for (const operation of operations) {
    options.signal?.throwIfAborted();
    try {
      await copy(operation, options, { staging, breathe });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw withOperation(operation, error);
    }
  }
  return staging.tree();
}

async function copy(
  { from, to, exclude = [], strategy = 'Overwrite' }: CopyOperation,
  { sources, unpackLimits = {}, signal }: ComposeOptions,
  { staging, breathe }: { staging: Staging; breathe: () => Promise<void> | undefined },
): Promise<void> {
  const source = parseAliasPath(from);
  if (!source) throw patternInvalid(`not of the form @alias/path: '${from}'`);
  const target = parseAliasPath(to);
  if (target?.alias !== 'artifact') throw patternInvalid(`not of the form @artifact/path: '${to}'`);
  const tree = sources.get(source.alias);
  if (!tree) throw patternInvalid(`source alias '${source.alias}' not found`);
  await copyFiles({
    source: tree,
    from: source.path,
    to: target.path,
    exclude,
    strategy,
    staging,
    limits: unpackLimits,
    breathe,
    ...(signal ? { signal } : {}),
  });
}

/** Says which of many operations failed; the code stays that of the failure, where it is one of this package. */
function withOperation({ from, to }: CopyOperation, cause: unknown): SourceError {
  const known = cause instanceof SourceError ? cause : undefined;
  const retry: RetryClass = known?.retry ?? 'backoff';
  const hint = findToolkitError(cause)?.hint;
  return new SourceError(
    known?.code ?? 'GENERATOR_COPY_FAILED',
    `failed to apply copy operation from '${from}' to '${to}': ${errorMessage(cause)}`,
    { cause, retry, ...(hint === undefined ? {} : { hint }) },
  );
}
