import { resolve } from 'node:path';
import { type ParsedFlags, UsageError } from '@gitops-toolkit/core/node';
import type { Dialect } from '../dialect.ts';
import type { YamlOptions } from '../output/render-result.ts';
import { parseKubeVersion } from '../render/kube-version.ts';
import type { CapabilitiesInput, ReleaseInput } from '../render/release.ts';
import { releaseNameOf } from '../render/release-name.ts';
import type { ValuesFlags } from './read-values.ts';

/** A rendering that a command line asks for. */
export interface TemplateRequest {
  readonly cwd: string;
  readonly dialect: Dialect;
  /** As the user wrote it. */
  readonly chart: string;
  readonly release: ReleaseInput;
  readonly capabilities: CapabilitiesInput;
  readonly values: ValuesFlags;
  readonly output: YamlOptions;
  readonly outputFolder: OutputFolder | undefined;
  readonly looksUpHosts: boolean;
  readonly skipSchemaValidation: boolean;
  readonly debug: boolean;
}

/** Where files go. */
export interface OutputFolder {
  /** As the user wrote it. */
  readonly path: string;
  /** The folder below it for all but CRDs: the name of the release. */
  readonly releaseFolder: string | undefined;
}

/** What the program knows of its surroundings. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What Helm calls a release without a name. */
const UNNAMED = 'release-name';

/** @throws UsageError; HelmError `HELM_RELEASE_INVALID` */
export function toTemplateRequest(
  { values, args }: ParsedFlags,
  { cwd, env }: Surroundings,
): TemplateRequest {
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const last = (name: string): string | undefined => all(name).at(-1);
  const isOn = (name: string): boolean => last(name) === 'true';
  const dialect = dialectOf(last('dialect'));
  const kubeVersion = last('kube-version');
  if (kubeVersion) parseKubeVersion(kubeVersion, dialect);
  checkDryRun(last('dry-run'));
  const { name, chart } = nameAndChart(args, {
    template: last('name-template'),
    isGenerated: isOn('generate-name'),
  });
  const outputFolder = last('output-dir');
  return {
    cwd,
    dialect,
    chart,
    release: {
      name,
      namespace: last('namespace') || env['HELM_NAMESPACE'] || 'default',
      isUpgrade: isOn('is-upgrade'),
    },
    capabilities: { ...(kubeVersion && { kubeVersion }), apiVersions: all('api-versions') },
    values: {
      files: all('values'),
      set: all('set'),
      setFile: all('set-file'),
      setJson: all('set-json'),
      setLiteral: all('set-literal'),
      setString: all('set-string'),
      resolve: (path) => resolve(cwd, path),
    },
    output: {
      crds: isOn('include-crds'),
      hooks: !isOn('no-hooks'),
      tests: !isOn('skip-tests'),
      showOnly: all('show-only'),
    },
    outputFolder: outputFolder
      ? { path: outputFolder, releaseFolder: isOn('release-name') ? name : undefined }
      : undefined,
    looksUpHosts: isOn('enable-dns'),
    skipSchemaValidation: isOn('skip-schema-validation'),
    debug: isOn('debug') || /^(1|t|T|true|TRUE|True)$/.test(env['HELM_DEBUG'] ?? ''),
  };
}

function dialectOf(text = 'v4'): Dialect {
  const dialect = text.replace(/^v?(?=[34]$)/, 'v');
  if (dialect === 'v3' || dialect === 'v4') return dialect;
  throw new UsageError(`invalid argument ${JSON.stringify(text)} for "--dialect" flag: it takes v3 or v4`);
}

/** What would ask a cluster is refused. */
function checkDryRun(value = 'client'): void {
  if (['client', 'true', ''].includes(value)) return;
  throw new UsageError(`--dry-run=${value}: no cluster is asked here; only --dry-run=client can be had`);
}

/** Helm's rules: with one argument, neither name is an error, and `--generate-name` makes none. */
function nameAndChart(
  args: readonly string[],
  { template, isGenerated }: { template: string | undefined; isGenerated: boolean },
): { name: string; chart: string } {
  const [first, second, ...rest] = args;
  if (first === undefined) {
    throw new UsageError(
      '"gotk-helm template" requires at least 1 argument\n\nUsage:  gotk-helm template [NAME] [CHART] [flags]',
    );
  }
  if (rest.length > 0)
    throw new UsageError(`expected at most two arguments, unexpected arguments: ${rest.join(', ')}`);
  if (second === undefined) return { name: template ? releaseNameOf(template) : UNNAMED, chart: first };
  if (isGenerated) throw new UsageError('cannot set --generate-name and also specify a name');
  if (template) throw new UsageError('cannot set --name-template and also specify a name');
  return { name: first, chart: second };
}
