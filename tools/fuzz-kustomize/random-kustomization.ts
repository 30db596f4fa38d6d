// Trees of kustomizations that use every field, some of them wrongly.
import type { Chance } from './chance.ts';
import { RawText } from './raw-text.ts';
import { jsonPatch, type Known, mergePatch, replacement, selector } from './random-patches.ts';
import { textLabels, listOf, NAMES, NAMESPACES, resource } from './random-resources.ts';
import { transformerConfigs, fieldSpecs, configuration, crdDefinitions, openApi } from './random-plugins.ts';
import { writeYaml } from './write-yaml.ts';

type Fields = Record<string, unknown>;

/** Files by path; the build is of `root`. */
export type Files = Record<string, string>;

/** A tree: bases, components, an overlay over them. */
export interface RandomTree {
  readonly files: Files;
  /** The kustomizations among the files, by path, as they were made. */
  readonly kustomizations: ReadonlyMap<string, Fields>;
}

export function randomTree(c: Chance): RandomTree {
  return new TreeWriter(c).write();
}

class TreeWriter {
  readonly #c: Chance;
  readonly #files: Files = {};
  readonly #kustomizations = new Map<string, Fields>();
  /** What is in reach of the kustomization that is being written. */
  #known: Known[] = [];
  readonly #ids = new Set<string>();
  #count = 0;

  constructor(c: Chance) {
    this.#c = c;
  }

  write(): RandomTree {
    this.#kustomization('root', this.#c.one(0, 0, 1, 1, 1, 2));
    return { files: this.#files, kustomizations: this.#kustomizations };
  }

  #put(path: string, value: unknown): void {
    this.#files[path] = writeYaml(value, this.#c);
  }

  #kustomization(directory: string, depth: number, component = false): void {
    const c = this.#c;
    const outer = this.#known;
    if (!component) this.#known = [];
    const resources = this.#resources(directory, component ? 1 : 3);
    if (depth > 0) {
      for (const base of c.some(1, depth > 1 ? 2 : 1, () => `base${++this.#count}`)) {
        this.#kustomization(base, depth - 1);
        for (const path of c.oneIn(8) ? this.#variants(base) : [base]) {
          resources.splice(c.below(resources.length + 1), 0, `../${path}`);
        }
      }
    }
    const components = c.oneIn(component ? 10 : 6) ? this.#components() : {};
    const kustomization = {
      ...(component
        ? { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' }
        : c.maybe(3, () => ({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }))),
      ...(resources.length > 0 ? { [c.oneIn(15) ? 'bases' : 'resources']: resources } : {}),
      ...components,
      ...this.#names(),
      ...this.#generators(directory),
      ...this.#patches(directory),
      ...this.#rest(directory),
    };
    const fileName = c.oneIn(10) ? c.one('kustomization.yml', 'Kustomization') : 'kustomization.yaml';
    const path = `${directory}/${fileName}`;
    const fields = shuffled(kustomization, c);
    this.#kustomizations.set(path, fields);
    this.#put(path, fields);
    this.#known = component ? this.#known : [...outer, ...this.#known];
  }

  #resources(directory: string, most: number): string[] {
    const c = this.#c;
    return c.some(1, most, () => {
      const name = `${c.oneIn(12) ? 'more/' : ''}r${++this.#count}.yaml`;
      const made = c.some(1, 3, () => this.#newResource());
      const text = c.oneIn(10)
        ? writeYaml(listOf(made, c), c)
        : made
            .map((object) => writeYaml(object, c))
            .join(c.one('---\n', '---\n', '--- # next\n', '\n---\n\n'));
      this.#files[`${directory}/${name}`] = c.oneIn(40)
        ? text.replaceAll('\n', '\r\n')
        : c.oneIn(40)
          ? `\uFEFF${text}`
          : c.oneIn(10)
            ? `---\n${text}`
            : text;
      return name;
    });
  }

  /** Mostly one whose id is not taken. */
  #newResource(): Fields {
    let object = resource(this.#c);
    for (let i = 0; i < 20 && this.#isTaken(object); i++) object = resource(this.#c);
    this.#remember(object);
    return object;
  }

  #isTaken({ kind, metadata }: Fields): boolean {
    return this.#ids.has(`${String(kind)}/${String((metadata as Fields)['name'])}`) && !this.#c.oneIn(200);
  }

  #remember(object: Fields): void {
    const { kind, apiVersion, metadata } = object as { kind: string; apiVersion: string; metadata: Fields };
    this.#ids.add(`${kind}/${String(metadata['name'])}`);
    if (typeof metadata['name'] !== 'string') return;
    this.#known.push({
      kind,
      apiVersion,
      name: metadata['name'],
      ...(metadata['namespace'] === undefined ? {} : { namespace: metadata['namespace'] }),
    });
  }

  #components(): Fields {
    const components = this.#c.some(1, 2, () => {
      const name = `component${++this.#count}`;
      this.#kustomization(name, 0, true);
      return `../${name}`;
    });
    return { components };
  }

  /** Two overlays of one base, whose resources differ by name or namespace. */
  #variants(base: string): string[] {
    const c = this.#c;
    const difference = c.one<(variant: string) => Fields>(
      (variant) => ({ namePrefix: `${variant}-` }),
      (variant) => ({ nameSuffix: `-${variant}` }),
      (variant) => ({ namespace: variant }),
    );
    return ['one', 'two'].map((variant) => {
      const directory = `${variant}${++this.#count}`;
      const fields = {
        resources: [`../${base}`],
        ...difference(variant),
        ...c.maybe(3, () => this.#names()),
      };
      this.#kustomizations.set(`${directory}/kustomization.yaml`, fields);
      this.#put(`${directory}/kustomization.yaml`, fields);
      return directory;
    });
  }

  #names(): Fields {
    const c = this.#c;
    return {
      ...c.maybe(4, () => ({ namePrefix: c.oneIn(30) ? new RawText('12') : c.one('pre-', 'a-', '1') })),
      ...c.maybe(5, () => ({ nameSuffix: c.one('-suf', '-v2', '1') })),
      ...c.maybe(5, () => ({ namespace: c.one('shop', 'prod', 'default', '12') })),
      ...c.maybe(7, () => ({ commonLabels: textLabels(c) })),
      ...c.maybe(5, () => ({
        labels: c.some(1, 2, () => ({
          pairs: textLabels(c),
          ...c.maybe(3, () => ({ includeSelectors: !c.oneIn(3) })),
          ...c.maybe(3, () => ({ includeTemplates: true })),
          ...c.maybe(6, () => ({ fields: fieldSpecs(c) })),
        })),
      })),
      ...c.maybe(7, () => ({ commonAnnotations: { note: c.one('common', '12', 'x: y') } })),
      ...c.maybe(5, () => ({ images: c.some(1, 2, () => image(c)) })),
      ...c.maybe(5, () => this.#replicas()),
      ...c.maybe(8, () => ({
        sortOptions: c.one<unknown>(
          { order: 'fifo' },
          { order: 'legacy' },
          {
            order: 'legacy',
            legacySortOptions: { orderFirst: ['Deployment', 'Widget'], orderLast: ['Namespace', 'Service'] },
          },
          { legacySortOptions: { orderFirst: ['Service'] } },
          { order: 'legacy', legacySortOptions: { orderLast: ['ConfigMap'] } },
        ),
      })),
      ...c.maybe(7, () => ({
        buildMetadata: c.one<unknown>(
          ['originAnnotations'],
          ['transformerAnnotations'],
          ['managedByLabel'],
          ['originAnnotations', 'transformerAnnotations', 'managedByLabel'],
          ...(c.oneIn(20) ? [['odd']] : []),
        ),
      })),
    };
  }

  #replicas(): Fields {
    const scaled = this.#known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
    const [first] = scaled;
    if (!first && !this.#c.oneIn(15)) return {};
    return { replicas: [{ name: first?.name ?? 'web', count: this.#c.one(0, 1, 5) }] };
  }

  #generators(directory: string): Fields {
    const c = this.#c;
    const generator = (secret: boolean): Fields => {
      const kind = secret ? 'Secret' : 'ConfigMap';
      const there = this.#known.filter((known) => known.kind === kind);
      const [merged] = there.length > 0 && c.oneIn(2) ? there : [];
      const name = merged?.name ?? c.pick([...NAMES, 'g1', 'g2', 'g3', 'g4', 'g5']);
      const taken = this.#ids.has(`${kind}/${name}`);
      this.#ids.add(`${kind}/${name}`);
      if (!taken) this.#known.push({ kind, apiVersion: 'v1', name });
      const behavior = taken
        ? c.one('merge', 'replace', 'merge')
        : c.oneIn(30)
          ? c.one('merge', 'odd')
          : undefined;
      return {
        name,
        ...(merged?.namespace !== undefined
          ? { namespace: merged.namespace }
          : c.maybe(12, () => ({ namespace: c.pick(NAMESPACES) }))),
        ...(behavior === undefined ? c.maybe(8, () => ({ behavior: 'create' })) : { behavior }),
        ...c.maybe(3, () => ({
          literals: distinct(
            c.some(1, 3, () =>
              c.one(
                'a=1',
                'b=x y',
                "c='q'",
                'd="dq"',
                'e=a=b',
                'f=',
                'config.json={"a": 1, "b": {"c": "d"}}',
                'g=<&>',
                'h=yes',
                'i=\ttab',
                'j=two words',
                ...(c.oneIn(15) ? ['noequals', 'a=2'] : []),
              ),
            ),
          ),
        })),
        ...c.maybe(4, () => ({
          files: c.some(1, 2, () => {
            const file = `f${++this.#count}.txt`;
            this.#files[`${directory}/${file}`] = c.one(
              'content\n',
              'a\nb\n',
              'x',
              '',
              'tab\there\n',
              'trail \nspace\n',
              '  lead\n',
              'é\r\n',
              'long '.repeat(40),
            );
            return c.one(file, `key.txt=${file}`);
          }),
        })),
        ...c.maybe(5, () => {
          const file = `e${++this.#count}.env`;
          this.#files[`${directory}/${file}`] = c.one(
            'A=1\nB=2\n',
            '# c\n  K=v \n\nX\n',
            'Q="q"\n',
            '\uFEFFB=1\r\nC=2\n',
            ...(c.oneIn(10) ? ['1K=2\n', 'A-B=1\n'] : []),
          );
          return c.oneIn(4) ? { env: file } : { envs: [file] };
        }),
        ...c.maybe(4, () => ({ options: generatorOptions(c) })),
        ...(secret ? c.maybe(3, () => ({ type: 'kubernetes.io/tls' })) : {}),
      };
    };
    return {
      ...c.maybe(5, () => ({ configMapGenerator: c.some(1, 2, () => generator(false)) })),
      ...c.maybe(8, () => ({ secretGenerator: c.some(1, 1, () => generator(true)) })),
      ...c.maybe(8, () => ({ generatorOptions: generatorOptions(c) })),
    };
  }

  #patches(directory: string): Fields {
    const c = this.#c;
    const known = this.#known;
    const file = (text: string): string => {
      const name = `p${++this.#count}.yaml`;
      this.#files[`${directory}/${name}`] = text;
      return name;
    };
    const anyPatch = (): Fields => {
      const json = c.oneIn(3);
      const text = json
        ? c.oneIn(3)
          ? JSON.stringify(plain(jsonPatch(c)))
          : writeYaml(jsonPatch(c), c)
        : c.oneIn(15)
          ? [mergePatch(c, known), mergePatch(c, known)].map((patch) => writeYaml(patch, c)).join('---\n')
          : writeYaml(mergePatch(c, known), c);
      const target = json ? !c.oneIn(20) : c.oneIn(3);
      return {
        ...(c.oneIn(2) ? { path: file(text) } : { patch: text }),
        ...(target ? { target: selector(c, known) } : {}),
        ...c.maybe(10, () => ({ options: { allowNameChange: c.oneIn(2), allowKindChange: c.oneIn(2) } })),
      };
    };
    return {
      ...c.maybe(2, () => ({ patches: c.some(1, 3, anyPatch) })),
      ...c.maybe(9, () => ({
        patchesStrategicMerge: c.some(1, 2, () => {
          const text = writeYaml(mergePatch(c, known), c);
          return c.oneIn(2) ? file(text) : text;
        }),
      })),
      ...c.maybe(9, () => ({
        patchesJson6902: c.some(1, 2, () => {
          const target = known[c.below(Math.max(1, known.length))];
          const text = writeYaml(jsonPatch(c), c);
          const apiVersion = target?.apiVersion ?? 'v1';
          const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
          return {
            target: {
              ...(group ? { group } : {}),
              version,
              kind: target?.kind ?? 'Pod',
              name: target?.name ?? 'x',
            },
            ...(c.oneIn(2) ? { path: file(text) } : { patch: text }),
          };
        }),
      })),
      ...c.maybe(4, () => ({
        replacements: c.some(1, 2, () =>
          c.oneIn(6)
            ? { path: file(writeYaml(c.oneIn(2) ? [replacement(c, known)] : replacement(c, known), c)) }
            : replacement(c, known),
        ),
      })),
      ...c.maybe(9, () => ({
        vars: c.some(1, 2, (i) => {
          const n = ++this.#count;
          const target = known[c.below(Math.max(1, known.length))];
          return {
            name: this.#ids.has(`var${i}`) ? `V${n}` : (this.#ids.add(`var${i}`), ['VAR', 'NAME'][i] ?? 'V'),
            objref: {
              kind: target?.kind ?? 'ConfigMap',
              name: target?.name ?? 'web',
              apiVersion: target?.apiVersion ?? 'v1',
            },
            ...c.maybe(2, () => ({
              fieldref: {
                fieldPath: c.one(
                  'metadata.name',
                  'data.a',
                  'spec.replicas',
                  'spec.ports[0].port',
                  'metadata.namespace',
                  'spec.template.spec.containers[0].image',
                ),
              },
            })),
          };
        }),
      })),
    };
  }

  #rest(directory: string): Fields {
    const c = this.#c;
    const file = (text: string, extension = 'yaml'): string => {
      const name = `c${++this.#count}.${extension}`;
      this.#files[`${directory}/${name}`] = text;
      return name;
    };
    const plugins = (kind: 'generators' | 'transformers' | 'validators'): Fields =>
      c.maybe(kind === 'validators' ? 25 : 8, () => ({
        [kind]: c.some(1, 2, () => {
          const text = c
            .some(1, 2, () => writeYaml(transformerConfigs(c, kind, this.#known), c))
            .join('---\n');
          if (c.oneIn(3)) return text;
          if (!c.oneIn(4)) return file(text);
          const inner = `plugins${++this.#count}`;
          this.#files[`${inner}/t.yaml`] = text;
          this.#put(`${inner}/kustomization.yaml`, {
            resources: ['t.yaml'],
            ...c.maybe(3, () => ({ namePrefix: 'x-' })),
          });
          return `../${inner}`;
        }),
      }));
    return {
      ...plugins('generators'),
      ...plugins('transformers'),
      ...plugins('validators'),
      ...c.maybe(9, () => ({ configurations: c.some(1, 2, () => file(writeYaml(configuration(c), c))) })),
      ...c.maybe(14, () => ({ crds: [file(JSON.stringify(crdDefinitions(c)), 'json')] })),
      ...c.maybe(14, () => ({
        openapi: c.oneIn(4)
          ? { version: c.oneIn(5) ? 'v1.20.4' : 'v1.21.2' }
          : { path: file(c.oneIn(2) ? JSON.stringify(openApi(c)) : writeYaml(openApi(c), c), 'json') },
      })),
      ...c.maybe(80, () => ({
        [c.one('unknownField', 'NamePrefix', 'metadata')]: c.one<unknown>('x', { name: 'y' }, null),
      })),
    };
  }
}

function image(c: Chance): Fields {
  return {
    name: c.oneIn(4)
      ? c.one('ngin.', 'reg.example.com:5000/shop/web', '.*')
      : c.one('nginx', 'redis', 'web', 'postgres', '12'),
    ...c.maybe(3, () => ({
      newName: c.oneIn(40) ? new RawText('13') : c.one('other/nginx', 'host:5000/x', '12'),
    })),
    ...c.maybe(2, () => ({
      newTag: c.one<unknown>('2.0', new RawText('v3'), new RawText('"4"'), '5', 'yes'),
    })),
    ...c.maybe(5, () => ({ digest: 'sha256:abc' })),
    ...c.maybe(8, () => ({ tagSuffix: '-x' })),
  };
}

function generatorOptions(c: Chance): Fields {
  return {
    ...c.maybe(3, () => ({ labels: textLabels(c) })),
    ...c.maybe(3, () => ({ annotations: { o: 'p' } })),
    ...c.maybe(3, () => ({ disableNameSuffixHash: c.oneIn(3) ? false : true })),
    ...c.maybe(4, () => ({ immutable: true })),
  };
}

function plain(value: unknown): unknown {
  if (value instanceof RawText) return value.text;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

function shuffled(fields: Fields, c: Chance): Fields {
  const entries = Object.entries(fields);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = c.below(i + 1);
    [entries[i], entries[j]] = [entries[j]!, entries[i]!];
  }
  return Object.fromEntries(entries);
}

function distinct(literals: readonly string[]): string[] {
  return [...new Map(literals.map((literal) => [literal.split('=')[0], literal])).values()];
}
