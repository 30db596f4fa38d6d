import { describe, expect, it } from 'vitest';
import { HelmError } from '../errors.ts';
import { explain } from '../explain/explain.ts';
import { render, type RenderOptions } from '../render/render.ts';
import { chartOf } from '../testing/chart-of.ts';

const files = {
  'crds/site.yaml': 'kind: CustomResourceDefinition\n',
  'templates/a.yaml':
    '# the pod\nkind: Pod\nmetadata:\n  name: a # named\nx: 1\n---\nkind: Job\nmetadata:\n  name: h\n  annotations:\n    helm.sh/hook: test\n',
  'templates/b.yaml': 'kind: Namespace\nmetadata: {name: b}\n',
};

async function rendered(options: Partial<RenderOptions>, more: Record<string, string> = {}) {
  return render(await chartOf({ ...files, ...more }), { release: { name: 'shop' }, ...options });
}

/** A post-renderer that notes what it gets, and gives it back. */
function noting(): { seen: string[]; run: (yaml: string) => string } {
  const seen: string[] = [];
  return { seen, run: (yaml) => (seen.push(yaml), yaml) };
}

describe('post-renderers of Helm 3', () => {
  it('get what is installed, in its order, without hooks', async () => {
    const { seen, run } = noting();
    await rendered({ dialect: 'v3', postRenderers: [run] });
    expect(seen).toEqual([
      '---\n# Source: web/templates/b.yaml\nkind: Namespace\nmetadata: {name: b}\n' +
        '---\n# Source: web/templates/a.yaml\n# the pod\nkind: Pod\nmetadata:\n  name: a # named\nx: 1\n',
    ]);
  });

  it('have the last word about the manifest', async () => {
    const result = await rendered({
      dialect: 'v3',
      postRenderers: [(yaml) => yaml.replace('x: 1', 'x: 2'), () => 'kind: Only\nmetadata: {name: o}\n'],
    });
    expect(result.manifest).toBe('kind: Only\nmetadata: {name: o}\n');
    expect(result.manifests).toMatchObject([{ kind: 'Only', name: 'o', path: 'post-rendered output' }]);
    expect(result.hooks).toHaveLength(1);
    expect(result.toYaml()).toMatch(
      /^kind: Only\nmetadata: {name: o}\n---\n# Source: web\/templates\/a\.yaml\nkind: Job\n/,
    );
  });

  it('get CRDs where these are asked for', async () => {
    const { seen, run } = noting();
    const result = await rendered({ dialect: 'v3', postRenderers: [run], postRenderCrds: true });
    expect(seen[0]).toMatch(/^---\n# Source: web\/crds\/site\.yaml\n/);
    expect(result.crds).toEqual([]);
    expect(result.manifest).toBe(seen[0]);
  });
});

describe('post-renderers of Helm 4', () => {
  it('get hooks too, and documents that know their file', async () => {
    const { seen, run } = noting();
    const result = await rendered({ postRenderers: [run] });
    expect(seen).toEqual([
      '# the pod\nkind: Pod\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: web/templates/a.yaml\n  name: a # named\nx: 1\n' +
        '---\nkind: Job\nmetadata:\n  name: h\n  annotations:\n    postrenderer.helm.sh/postrender-filename: web/templates/a.yaml\n    helm.sh/hook: test\n' +
        '---\nkind: Namespace\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: web/templates/b.yaml\n  name: b\n',
    ]);
    expect(result.toYaml()).toBe(
      '---\n# Source: web/templates/b.yaml\nkind: Namespace\nmetadata:\n  name: b\n\n' +
        '---\n# Source: web/templates/a.yaml\n# the pod\nkind: Pod\nmetadata:\n  name: a # named\nx: 1\n' +
        '---\n# Source: web/templates/a.yaml\nkind: Job\nmetadata:\n  name: h\n  annotations:\n    helm.sh/hook: test\n\n',
    );
  });

  it('may add objects, which get files of their own, and move or drop others', async () => {
    const result = await rendered({
      postRenderers: [
        () => 'kind: New\nmetadata: {name: new}\n---\n# nothing\n---\nkind: Newer\nmetadata: {name: m}\n',
      ],
    });
    expect(result.manifests.map(({ path, name }) => [path, name])).toEqual([
      ['generated-by-postrender-0.yaml', 'new'],
      ['generated-by-postrender-1.yaml', 'm'],
    ]);
    expect(result.hooks).toEqual([]);
  });

  it('get hooks apart, or none, as the strategy says', async () => {
    const separate = noting();
    await rendered({ postRenderers: [separate.run], postRenderStrategy: 'separate' });
    expect(separate.seen.map((yaml) => yaml.match(/^kind: .*/gm))).toEqual([
      ['kind: Job'],
      ['kind: Pod', 'kind: Namespace'],
    ]);
    const none = noting();
    const result = await rendered({ postRenderers: [none.run], postRenderStrategy: 'nohooks' });
    expect(none.seen.map((yaml) => yaml.match(/^kind: .*/gm))).toEqual([['kind: Pod', 'kind: Namespace']]);
    expect(result.hooks).toMatchObject([{ name: 'h', path: 'web/templates/a.yaml' }]);
  });

  it('may write documents anew: the annotation goes wherever it stands', async () => {
    const flow = (yaml: string): string =>
      yaml.includes('Pod')
        ? 'kind: Pod\nmetadata: {name: a, annotations: {"postrenderer.helm.sh/postrender-filename": web/templates/x.yaml}}\n'
        : yaml;
    const [pod] = (await rendered({ postRenderers: [flow] })).manifests;
    expect(pod).toMatchObject({ path: 'web/templates/x.yaml', content: 'kind: Pod\nmetadata:\n  name: a\n' });
  });

  it('get the items of lists one by one, and objects without metadata', async () => {
    const { seen, run } = noting();
    const result = await rendered(
      { postRenderers: [run] },
      {
        'templates/a.yaml': 'kind: List\nitems: [{kind: A, metadata: {name: a}}, {kind: B}]\n---\nkind: C\n',
      },
    );
    expect(seen[0]).toContain('kind: A\nmetadata:\n  annotations:\n    postrenderer');
    expect(result.manifests.map(({ kind, content }) => [kind, content.trim()])).toEqual([
      ['Namespace', 'kind: Namespace\nmetadata:\n  name: b'],
      ['A', 'kind: A\nmetadata:\n  name: a'],
      ['B', 'kind: B'],
      ['C', 'kind: C'],
    ]);
  });

  it('leave lines explainable that they leave alone', async () => {
    const result = await rendered({ postRenderers: [(yaml) => yaml] });
    const pod = { kind: 'Pod', name: 'a' };
    expect(explain(result, { resource: pod, line: 5 })?.source).toMatchObject({
      file: 'web/templates/a.yaml',
      line: 5,
    });
  });
});

describe('post-renderers that fail', () => {
  it('HELM_POST_RENDER_FAILED has their error as its cause', async () => {
    const cause = new Error('no such patch target');
    const failing = (): never => {
      throw cause;
    };
    for (const dialect of ['v3', 'v4'] as const) {
      const error = await rendered({ dialect, postRenderers: [failing] }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HelmError);
      expect(error).toMatchObject({
        code: 'HELM_POST_RENDER_FAILED',
        message: 'error while running post render on files: no such patch target',
        cause,
      });
    }
  });

  it('HELM_OUTPUT_INVALID is for what is no YAML, before and after', async () => {
    await expect(rendered({ postRenderers: [() => 'a: [1'] })).rejects.toMatchObject({
      code: 'HELM_OUTPUT_INVALID',
      message: expect.stringMatching(/^error while parsing post rendered output: error parsing YAML: /),
    });
    const before = rendered({ postRenderers: [(yaml) => yaml] }, { 'templates/a.yaml': 'b: 1\na: [1\n' });
    await expect(before).rejects.toMatchObject({
      code: 'HELM_OUTPUT_INVALID',
      message: expect.stringMatching(/^error merging manifests: parsing web\/templates\/a\.yaml: /),
      source: { file: 'web/templates/a.yaml', line: 2 },
    });
  });
});
