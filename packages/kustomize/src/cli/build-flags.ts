import type { Flag } from '@gitops-toolkit/core/node';

const NO_FUNCTIONS =
  'functions that are programs or containers are not run here, as Flux does not run them. Generate with the builtin generators, or run the function beforehand.';

const DEPRECATED_LABEL =
  'The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.';

/** The flags of `build`: those of kustomize v5.8.1, hidden ones included, `--remote` and `--helm-dialect`. */
export const BUILD_FLAGS: readonly Flag[] = [
  refused('as-current-user', 'switch'),
  refused('enable-alpha-plugins', 'switch'),
  {
    name: 'enable-managedby-label',
    kind: 'switch',
    help: 'label every resource with app.kubernetes.io/managed-by',
    deprecated: DEPRECATED_LABEL,
  },
  refused('enable-exec', 'switch'),
  {
    name: 'enable-helm',
    kind: 'switch',
    help: 'render helmCharts, whose charts have to be in the charts folder: nothing is fetched',
  },
  { ...refused('env', 'list'), short: 'e' },
  {
    name: 'helm-api-versions',
    kind: 'list',
    help: 'API versions that the cluster has, beside those that Helm knows',
  },
  { name: 'helm-command', kind: 'text', help: 'taken and not used, for no program is run' },
  { name: 'helm-debug', kind: 'switch', help: 'taken and not used: failures have their place in any case' },
  { name: 'helm-dialect', kind: 'text', help: 'v3 or v4: render as Helm 3.20 or Helm 4.2 does (default v4)' },
  { name: 'helm-kube-version', kind: 'text', help: 'the version of Kubernetes to render charts for' },
  { name: 'help', short: 'h', kind: 'switch', help: 'help for build' },
  {
    name: 'load-restrictor',
    kind: 'text',
    help: 'LoadRestrictionsNone: kustomizations may load files from outside their root (default LoadRestrictionsRootOnly)',
  },
  refused('mount', 'list'),
  refused('network', 'switch'),
  refused('network-name', 'text'),
  {
    name: 'output',
    short: 'o',
    kind: 'text',
    help: 'a file to write to, or a directory that is there, for one file a resource',
  },
  {
    name: 'remote',
    kind: 'list',
    help: '<url>=<path>: what a remote base or file holds, as a directory (the root of the repository) or file on this disk',
  },
  {
    name: 'reorder',
    kind: 'text',
    help: 'legacy or none',
    deprecated: "use the new 'sortOptions' field in kustomization.yaml instead.",
  },
  { name: 'stack-trace', kind: 'switch', help: 'print a stack trace on error' },
];

function refused(name: string, kind: Flag['kind']): Flag {
  return { name, kind, help: 'refused: no functions are run', refused: NO_FUNCTIONS };
}

/** What `--help` prints. */
export function buildHelp(): string {
  const shown = BUILD_FLAGS.filter(({ deprecated }) => deprecated === undefined).map((flag) => ({
    usage: `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${typeName(flag)}`,
    help: flag.help,
  }));
  const width = Math.max(...shown.map(({ usage }) => usage.length));
  return `Build the resources of a kustomization: what kustomize v5.8.1 prints.

DIR is a directory with a kustomization.yaml, or that file; without it, the current directory.
Nothing is fetched: remote bases are given with --remote.

Usage:
  gotk-kustomize build [DIR] [flags]

Flags:
${shown.map(({ usage, help }) => `  ${usage.padEnd(width)}   ${help}`).join('\n')}
`;
}

function typeName({ kind }: Flag): string {
  return kind === 'switch' ? '' : kind === 'list' ? ' stringArray' : ' string';
}
