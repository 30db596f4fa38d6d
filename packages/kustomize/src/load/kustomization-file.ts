import { KustomizeError } from '../errors.ts';
import type { DecodeMode } from './decode.ts';
import type {
  ConfigMapArgs,
  HelmChartArgs,
  HelmGlobals,
  Kustomization,
  LegacyHelmChartArgs,
} from './kustomization.ts';
import { kustomizationFields } from './kustomization-fields.ts';
import type { LoadedFile, Loader } from './loader.ts';
import { OverlayTree } from './overlay-tree.ts';
import { decodeSettings, readSettings, type SettingsFile } from './read-yaml.ts';

/** The names that a kustomization may have, in order of preference. */
export const KUSTOMIZATION_NAMES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

/** A kustomization with the file that it was read from. */
export interface KustomizationFile {
  readonly kustomization: Kustomization;
  /** `kustomization.yaml`, as a rule. */
  readonly fileName: string;
  readonly settings: SettingsFile;
}

const STRICT: DecodeMode = { strict: true, lenientTexts: false, what: 'Kustomization' };
const EDIT_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically.";

const DEPRECATED: readonly (readonly [field: keyof Kustomization, instead: string, note?: string])[] = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['imageTags', 'images'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['vars', 'replacements', '[EXPERIMENTAL] '],
];

/**
 * Reads the kustomization of a directory, with deprecated fields turned into those of today.
 *
 * @throws KustomizeError KUSTOMIZE_NO_KUSTOMIZATION, KUSTOMIZE_INVALID_KUSTOMIZATION.
 */
export function loadKustomizationFile(loader: Loader): KustomizationFile {
  const file = findFile(loader);
  const code = 'KUSTOMIZE_INVALID_KUSTOMIZATION';
  const prefix = 'invalid Kustomization: ';
  const settings = readSettings(file, code, `${prefix}error converting YAML to JSON: `);
  const places = writtenSettings(loader, file) ?? settings;
  const value = settings.document?.value ?? null;
  const written = decodeSettings(settings, value, kustomizationFields, { code, prefix, mode: STRICT });
  for (const [field, instead, note = ''] of DEPRECATED) {
    if (written[field] !== undefined)
      loader.context.warn(`'${field}' is deprecated. Please use '${instead}' instead. ${note}${EDIT_FIX}`);
  }
  const kustomization = modernize(written);
  check(kustomization, loader, places);
  return { kustomization, fileName: file.path.slice(file.path.lastIndexOf('/') + 1), settings: places };
}

/** The file as its author wrote it, where the build reads another in its place. */
function writtenSettings({ tree }: Loader, file: LoadedFile): SettingsFile | undefined {
  if (!(tree instanceof OverlayTree) || !tree.written || !tree.covers(file.path)) return undefined;
  return readSettings({ ...file, bytes: tree.written }, 'KUSTOMIZE_INVALID_KUSTOMIZATION');
}

function findFile(loader: Loader): LoadedFile {
  const prefix = loader.root === '' ? '' : `${loader.root}/`;
  const names = KUSTOMIZATION_NAMES.filter((name) => loader.tree.stat(prefix + name)?.kind === 'file');
  const [name] = names;
  if (name === undefined) {
    throw new KustomizeError(
      'KUSTOMIZE_NO_KUSTOMIZATION',
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.shownRoot}'`,
      { hint: 'Add a kustomization.yaml that lists the resources of the directory, or name a file instead.' },
    );
  }
  if (names.length > 1) {
    throw new KustomizeError(
      'KUSTOMIZE_INVALID_KUSTOMIZATION',
      `Found multiple kustomization files under: ${loader.shownRoot}`,
      { source: { file: loader.nameOf(prefix + name) }, hint: `Keep one of ${names.join(', ')}.` },
    );
  }
  return loader.read(name);
}

function modernize(written: Kustomization): Kustomization {
  const { bases, imageTags, helmChartInflationGenerator, ...rest } = written;
  const kind = written.kind || 'Kustomization';
  const charts = helmChartInflationGenerator ?? [];
  return {
    ...rest,
    kind,
    apiVersion:
      written.apiVersion || `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`,
    resources: joined(written.resources, bases),
    images: joined(written.images, imageTags),
    configMapGenerator: written.configMapGenerator?.map(withEnvs),
    secretGenerator: written.secretGenerator?.map(withEnvs),
    helmGlobals: written.helmGlobals ?? legacyHelmGlobals(charts),
    helmCharts: joined(written.helmCharts, charts.length > 0 ? charts.map(modernChart) : undefined),
  };
}

function joined<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined {
  return a && b ? [...a, ...b] : (a ?? b);
}

/** `env` is an older form of `envs`. */
function withEnvs<T extends ConfigMapArgs>(args: T): T {
  return args.env ? { ...args, envs: [...(args.envs ?? []), args.env], env: '' } : args;
}

function legacyHelmGlobals(charts: readonly LegacyHelmChartArgs[]): HelmGlobals | undefined {
  const chartHome = charts.findLast((chart) => chart.chartHome)?.chartHome;
  const configHome = charts.findLast((chart) => chart.helmHome)?.helmHome;
  if (!chartHome && !configHome) return undefined;
  return { ...(chartHome ? { chartHome } : {}), ...(configHome ? { configHome } : {}) };
}

function modernChart(old: LegacyHelmChartArgs): HelmChartArgs {
  return {
    name: old.chartName ?? '',
    version: old.chartVersion ?? '',
    repo: old.chartRepoUrl ?? '',
    valuesFile: old.values ?? '',
    valuesInline: old.valuesLocal,
    valuesMerge: old.valuesMerge ?? '',
    releaseName: old.releaseName ?? '',
  };
}

function check(kustomization: Kustomization, loader: Loader, settings: SettingsFile): void {
  const invalid = (message: string, field?: string): KustomizeError =>
    new KustomizeError('KUSTOMIZE_INVALID_KUSTOMIZATION', message, {
      source: (field === undefined ? undefined : settings.document?.locate([field])) ?? {
        file: settings.name,
        line: 1,
      },
      sourceText: settings.text,
    });
  if (!hasContent(kustomization)) throw invalid('kustomization.yaml is empty');
  const { kind, apiVersion } = kustomization;
  const failures: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component')
    failures.push('kind should be Kustomization or Component');
  const required = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  if (apiVersion !== required) failures.push(`apiVersion for ${kind} should be ${required}`);
  if (failures.length > 0) {
    const where = loader.shownRoot;
    throw invalid(
      `Failed to read kustomization file under ${where}:\n${failures.join('\n')}`,
      failures[0]?.startsWith('kind') ? 'kind' : 'apiVersion',
    );
  }
}

/** Whether anything but the type is set; an empty list is something. */
function hasContent(kustomization: Kustomization): boolean {
  return Object.entries(kustomization).some(
    ([field, value]) => field !== 'kind' && field !== 'apiVersion' && value !== undefined && value !== '',
  );
}
