// The layers of docs/architecture.md as rules: a package imports only packages of rows above its
// own, never one of its own row, and through their public entries.
const ROWS = [
  ['core'],
  ['yaml'],
  ['schema', 'go-template'],
  ['patch', 'api'],
  ['source', 'kustomize', 'helm'],
  ['kube'],
  ['apply', 'runtime', 'envtest'],
  ['controllers'],
];

const tests = '\\.test\\.ts$|/testing/';

const layers = ROWS.flatMap((row, i) =>
  row.map((name) => {
    const below = ROWS.slice(i)
      .flat()
      .filter((other) => other !== name);
    return {
      name: `layer-${name}`,
      comment: `${name} may import only packages of the rows above it`,
      severity: 'error',
      from: { path: `^packages/${name}/src`, pathNot: tests },
      to: { path: `^packages/(${below.join('|') || '-'})/` },
    };
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
          '^packages/core/src/node/(index|der)\\.ts$',
          '^packages/(helm|kustomize)/src/worker/index\\.ts$',
          '^packages/patch/src/json/index\\.ts$',
          '^packages/schema/src/(builtin|pattern)/index\\.ts$',
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
          '^packages/core/src/node/(index|der)\\.ts$',
          '^packages/(helm|kustomize)/src/worker/index\\.ts$',
          '^packages/patch/src/json/index\\.ts$',
          '^packages/schema/src/(builtin|pattern)/index\\.ts$',
        ],
      },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: { path: '^packages' },
      to: { couldNotResolve: true },
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
