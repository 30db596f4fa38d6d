// The layers of docs/architecture.md as rules: a package imports only packages of rows above its
// own, never one of its own row, and through their public entries.
const ROWS = [
  ['core'],
  ['yaml', 'oci', 'auth'],
  ['schema', 'go-template'],
  ['patch', 'api'],
  ['source', 'kustomize', 'helm'],
  ['kube'],
  ['apply', 'runtime', 'envtest'],
  ['controllers'],
];

const tests = '\\.test\\.ts$|/(testing|runtime/src/simulation)/';
/** The programs of packages, which compose packages of one row: docs/adr/0005-programs-compose.md. */
const programs = '/src/cli/';

const layers = ROWS.flatMap((row, i) =>
  row.flatMap((name) => {
    const below = ROWS.slice(i + 1).flat();
    const beside = row.filter((other) => other !== name);
    return [
      {
        name: `layer-${name}`,
        comment: `${name} may import only packages of the rows above it`,
        severity: 'error',
        from: { path: `^packages/${name}/src`, pathNot: `${tests}|${programs}` },
        to: { path: `^packages/(${[...beside, ...below].join('|') || '-'})/` },
      },
      {
        name: `layer-${name}-program`,
        comment: `the program of ${name} may import packages of its row, too`,
        severity: 'error',
        from: { path: `^packages/${name}${programs}`, pathNot: tests },
        to: { path: `^packages/(${below.join('|') || '-'})/` },
      },
    ];
  }),
);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'public-entries-only',
      comment: 'a package is imported through its entries',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/api/src/codegen/index\\.ts$',
          '^packages/core/src/(http/index|node/(index|der|certificate))\\.ts$',
          '^packages/envtest/src/servers/index\\.ts$',
          '^packages/helm/src/(dependencies|package|provenance|repository|worker)/index\\.ts$',
          '^packages/kustomize/src/worker/index\\.ts$',
          '^packages/oci/src/verify/index\\.ts$',
          '^packages/patch/src/json/index\\.ts$',
          '^packages/runtime/src/(clusters|harness|webhooks)/index\\.ts$',
          '^packages/schema/src/(builtin|pattern|structural)/index\\.ts$',
          '^packages/source/src/(bucket|git/write|helm|oci|storage/s3)/index\\.ts$',
        ],
      },
    },
    {
      name: 'examples-use-entries',
      severity: 'error',
      from: { path: '^(examples|conformance|bench)/' },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: [
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/api/src/codegen/index\\.ts$',
          '^packages/core/src/(http/index|node/(index|der|certificate))\\.ts$',
          '^packages/envtest/src/servers/index\\.ts$',
          '^packages/helm/src/(dependencies|package|provenance|repository|worker)/index\\.ts$',
          '^packages/kustomize/src/worker/index\\.ts$',
          '^packages/oci/src/verify/index\\.ts$',
          '^packages/patch/src/json/index\\.ts$',
          '^packages/runtime/src/(clusters|harness|webhooks)/index\\.ts$',
          '^packages/schema/src/(builtin|pattern|structural)/index\\.ts$',
          '^packages/source/src/(bucket|git/write|helm|oci|storage/s3)/index\\.ts$',
        ],
      },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: { path: '^packages' },
      to: { couldNotResolve: true },
    },
    {
      name: 'programs-are-mains',
      comment: 'nothing imports a program',
      severity: 'error',
      from: { path: '^(packages|examples|conformance|bench)/', pathNot: programs },
      to: { path: `^packages/[^/]+${programs}` },
    },
    ...layers,
  ],
  options: {
    doNotFollow: { path: 'node_modules|dist' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@gitops-toolkit/source', 'import', 'types', 'node', 'default'],
    },
  },
};
