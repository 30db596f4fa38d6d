import type { Flag } from '@gitops-toolkit/core/node';

const NO_CLUSTER =
  'no cluster is asked here. Leave it out, or call render() with the option `lookup` and apply the result with a dry run.';
const NO_PROGRAM =
  'no program is run here. Pipe the output into it, or call render() and work on the manifests.';
const NO_NETWORK = 'nothing is fetched here. Pull the chart beforehand, and give its folder or package.';
const AS_HELM_DOES = 'taken, and without effect on what is rendered';

/** The flags of `template`: those of Helm 3.20 and 4.2, and `--dialect`. */
export const TEMPLATE_FLAGS: readonly Flag[] = [
  {
    name: 'api-versions',
    short: 'a',
    kind: 'slice',
    help: 'API versions and kinds that the cluster has, beside those that Helm knows',
  },
  { name: 'debug', kind: 'switch', help: 'print what was rendered where it is not valid YAML' },
  refused('dependency-update', 'switch', NO_NETWORK),
  {
    name: 'dialect',
    kind: 'text',
    help: 'whose answers are given: v3 for Helm 3.20, v4 for Helm 4.2 (default v4)',
  },
  { name: 'dry-run', kind: 'text', withoutValue: 'client', help: 'client; a cluster is never asked' },
  { name: 'enable-dns', kind: 'switch', help: 'look up the hosts that templates ask for with getHostByName' },
  { name: 'generate-name', short: 'g', kind: 'switch', help: 'take no NAME' },
  { name: 'help', short: 'h', kind: 'switch', help: 'help for template' },
  { name: 'include-crds', kind: 'switch', help: 'print the files of crds/ before all else' },
  { name: 'is-upgrade', kind: 'switch', help: 'render for an upgrade instead of an installation' },
  { name: 'kube-version', kind: 'text', help: 'the version of Kubernetes to render for' },
  { name: 'name-template', kind: 'text', help: 'a template that makes the name of the release' },
  {
    name: 'namespace',
    short: 'n',
    kind: 'text',
    help: 'the namespace of the release (default $HELM_NAMESPACE, or default)',
  },
  { name: 'no-hooks', kind: 'switch', help: 'leave out hooks' },
  { name: 'output-dir', kind: 'text', help: 'write a file for each template below this folder' },
  refused('post-renderer', 'text', NO_PROGRAM),
  refused('post-renderer-args', 'list', NO_PROGRAM),
  {
    name: 'release-name',
    kind: 'switch',
    help: 'put files into a folder with the name of the release in --output-dir',
  },
  refused('repo', 'text', NO_NETWORK),
  { name: 'set', kind: 'list', help: 'values: a.b=1,c={x,y}' },
  { name: 'set-file', kind: 'list', help: 'values that are the contents of files: key=path' },
  { name: 'set-json', kind: 'list', help: 'values in JSON: key=JSON' },
  { name: 'set-literal', kind: 'list', help: 'one value, all of it text: key=text' },
  { name: 'set-string', kind: 'list', help: 'values that are texts: a.b=1,c=true' },
  {
    name: 'show-only',
    short: 's',
    kind: 'list',
    help: 'print only what these templates made, such as templates/service.yaml',
  },
  { name: 'skip-schema-validation', kind: 'switch', help: 'do not hold values against values.schema.json' },
  { name: 'skip-tests', kind: 'switch', help: 'leave out hooks that are tests' },
  refused('validate', 'switch', NO_CLUSTER),
  { name: 'values', short: 'f', kind: 'slice', help: 'a file of values in YAML; - reads standard input' },
  refused('verify', 'switch', 'signatures are not checked here. Check the package beforehand.'),
  ...ignored('switch', [
    'atomic',
    'create-namespace',
    'devel',
    'disable-openapi-validation',
    'force',
    'force-conflicts',
    'force-replace',
    'hide-notes',
    'insecure-skip-tls-verify',
    'kube-insecure-skip-tls-verify',
    'pass-credentials',
    'plain-http',
    'render-subchart-notes',
    'replace',
    'rollback-on-failure',
    'server-side',
    'skip-crds',
    'take-ownership',
    'wait-for-jobs',
  ]),
  ...ignored('text', [
    'burst-limit',
    'ca-file',
    'cert-file',
    'color',
    'colour',
    'content-cache',
    'description',
    'key-file',
    'keyring',
    'kube-apiserver',
    'kube-as-user',
    'kube-ca-file',
    'kube-context',
    'kube-tls-server-name',
    'kube-token',
    'kubeconfig',
    'password',
    'qps',
    'registry-config',
    'repository-cache',
    'repository-config',
    'timeout',
    'username',
    'version',
  ]),
  { name: 'kube-as-group', kind: 'list', help: AS_HELM_DOES },
  { name: 'labels', short: 'l', kind: 'list', help: AS_HELM_DOES },
  { name: 'wait', kind: 'text', withoutValue: 'watcher', help: AS_HELM_DOES },
];

function refused(name: string, kind: Flag['kind'], reason: string): Flag {
  return { name, kind, help: `refused: ${reason.split('.', 1)[0]}`, refused: reason };
}

/** Flags of installations, clusters and repositories, which people leave in their commands. */
function ignored(kind: Flag['kind'], names: readonly string[]): Flag[] {
  return names.map((name) => ({ name, kind, help: AS_HELM_DOES }));
}

/** What `--help` prints. */
export function templateHelp(): string {
  const shown = TEMPLATE_FLAGS.filter(({ help }) => help !== AS_HELM_DOES).map((flag) => ({
    usage: `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${typeName(flag)}`,
    help: flag.help,
  }));
  const width = Math.max(...shown.map(({ usage }) => usage.length));
  return `Render a chart: what helm template prints, without a cluster and without the network.

CHART is the folder of a chart or its package (.tgz). Flags of helm template that change nothing of what it
prints are taken as well.

Usage:
  gotk-helm template [NAME] [CHART] [flags]

Flags:
${shown.map(({ usage, help }) => `  ${usage.padEnd(width)}   ${help}`).join('\n')}
`;
}

function typeName({ kind }: Flag): string {
  return { switch: '', text: ' string', list: ' stringArray', slice: ' strings' }[kind];
}
