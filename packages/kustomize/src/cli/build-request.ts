import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, parse, relative, resolve, sep } from 'node:path';
import { DiskTree, type ParsedFlags, UsageError } from '@gitops-toolkit/core/node';
import type { WithChartsOptions } from '@gitops-toolkit/helm';
import type { BuildOptions } from '../build-options.ts';
import { KUSTOMIZATION_NAMES } from '../load/kustomization-file.ts';
import type { RemoteContents } from '../load/remote-contents.ts';
import { tryParseRemoteUrl } from '../load/remote-url.ts';

/** A build that a command line asks for. */
export interface BuildRequest {
  /** The root of the disk: bases may lie anywhere on it. */
  readonly tree: DiskTree;
  readonly options: BuildOptions & { readonly path: string };
  /** The directory as the user wrote it. */
  readonly shownPath: string;
  /** How charts are rendered; without it, entries of `helmCharts` fail. */
  readonly charts: WithChartsOptions | undefined;
  readonly output: string | undefined;
  readonly showsStack: boolean;
}

/** What the program knows of its surroundings. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const RESTRICTORS = { LoadRestrictionsRootOnly: 'rootOnly', LoadRestrictionsNone: 'none' } as const;
const DIALECTS = { v3: 'v3', v4: 'v4' } as const;
const REORDERS = { legacy: 'legacy', none: 'none' } as const;

/** @throws UsageError for flags that cannot be met; the file system's error where `--remote` names nothing. */
export function toBuildRequest({ values, args }: ParsedFlags, { cwd, env }: Surroundings): BuildRequest {
  if (args.length > 1) throw new UsageError('specify one path to kustomization.yaml');
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  const isOn = (name: string): boolean => last(name) === 'true';
  const [given = '.'] = args;
  const directory = directoryOf(given, cwd);
  const { root } = parse(directory);
  return {
    tree: new DiskTree(root),
    shownPath: given,
    output: last('output') === undefined ? undefined : resolve(cwd, last('output') ?? ''),
    showsStack: isOn('stack-trace'),
    options: {
      path: relative(root, directory).split(sep).join('/'),
      loadRestrictor: choice('load-restrictor', last('load-restrictor'), RESTRICTORS) ?? 'rootOnly',
      reorder: choice('reorder', last('reorder'), REORDERS) ?? 'legacy',
      managedByLabel: isOn('enable-managedby-label') || env['KUSTOMIZE_ENABLE_MANAGEDBY_LABEL'] === 'on',
      remotes: readRemotes(values.get('remote') ?? [], cwd),
    },
    charts: isOn('enable-helm') ? chartSettings(values) : undefined,
  };
}

/** What an entry of `helmCharts` says itself wins over these. */
function chartSettings(values: ParsedFlags['values']): WithChartsOptions {
  const kubeVersion = values.get('helm-kube-version')?.at(-1);
  const dialect = choice('helm-dialect', values.get('helm-dialect')?.at(-1), DIALECTS) ?? 'v4';
  const apiVersions = values.get('helm-api-versions') ?? [];
  return { dialect, capabilities: { apiVersions, ...(kubeVersion && { kubeVersion }) } };
}

/** A directory, or the kustomization in it. */
function directoryOf(given: string, cwd: string): string {
  const path = resolve(cwd, given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats && tryParseRemoteUrl(given)) {
    throw new UsageError(
      `nothing is fetched, and '${given}' is remote: clone it, and give the directory in the clone`,
    );
  }
  if (!stats)
    throw new UsageError(`must build at directory: not a valid directory: '${given}' does not exist`);
  const directory = stats.isFile() && KUSTOMIZATION_NAMES.includes(basename(path)) ? dirname(path) : path;
  if (directory === path && !stats.isDirectory())
    throw new UsageError(`must build at directory: '${given}': file is not directory`);
  return realpathSync.native(directory);
}

function choice<T extends string>(
  name: string,
  value: string | undefined,
  known: Readonly<Record<string, T>>,
): T | undefined {
  if (value === undefined) return undefined;
  if (Object.hasOwn(known, value)) return known[value];
  throw new UsageError(
    `illegal flag value --${name} ${value}; legal values: [${Object.keys(known).join(' ')}]`,
  );
}

/** `<url>=<path>`; a URL may have an equals sign, too. */
function readRemotes(entries: readonly string[], cwd: string): RemoteContents {
  return new Map(
    entries.map((entry) => {
      const equals = entry.lastIndexOf('=');
      if (equals <= 0) throw new UsageError(`--remote takes <url>=<path>, not ${JSON.stringify(entry)}`);
      const path = resolve(cwd, entry.slice(equals + 1));
      const content = statSync(path).isDirectory() ? new DiskTree(path) : new Uint8Array(readFileSync(path));
      return [entry.slice(0, equals), content];
    }),
  );
}
