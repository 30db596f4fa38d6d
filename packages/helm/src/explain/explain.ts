import type { TracedPart, ValueRead } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import type { Hook } from '../output/hook.ts';
import type { RenderResult } from '../output/render-result.ts';
import type { Manifest } from '../output/sort-manifests.ts';
import type { LineExplanation, LinePart, ReadValue } from './explanation.ts';
import { narrowed } from './narrow-read.ts';
import { chartOf, conditionsOf, includesOf, type RenderTrace, scopesOf, stepOf } from './render-trace.ts';
import { firstWords, tracedLines } from './traced-lines.ts';

/** Which line {@link explain} is asked about. */
export interface LineQuestion {
  /** An object of the result, a manifest or a hook, or its kind and name: `line` is one of its YAML. */
  readonly resource?: Manifest | Hook | { readonly kind: string; readonly name: string };
  /** A template, such as `web/templates/NOTES.txt`: `line` is one of all that it made. */
  readonly template?: string;
  /** From 1. Where neither a resource nor a template is given, it is a line of `result.toYaml()`. */
  readonly line: number;
}

/** How a result came about. */
interface Explainable {
  readonly trace: RenderTrace;
  readonly dialect: Dialect;
}

const explainable = new WeakMap<RenderResult, Explainable>();

/** Notes how a result came about. */
export function makeExplainable(result: RenderResult, how: Explainable): void {
  explainable.set(result, how);
}

/**
 * Tells which template and line has written a line of the output, through which includes, what the line depends on, and
 * which values were read for it: with the files, lines or flags that have set them.
 *
 * The first question about a result executes the templates once more, with the same answers from clock, randomness and
 * `lookup`, and with notes of every step; it takes several times as long as the render itself. A line that a function
 * has changed beyond indentation (`fromYaml`, `replace`) is the one's that called it.
 *
 * @returns `undefined` where the output has no such line or resource, and for lines that no template has written: `---`
 *   and `# Source:` of Helm, files of `crds/`, and what post-renderers have changed.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { explain, loadChart, render } from '@gitops-toolkit/helm';
 * const chart = await loadChart(
 *   MemoryTree.from({
 *     'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
 *     'values.yaml': 'image:\n  tag: "1.2"\n',
 *     'templates/pod.yaml': 'kind: Pod\nmetadata:\n  name: web\nimage: web:{{ .Values.image.tag }}\n',
 *   }),
 * );
 * const result = render(chart, { release: { name: 'shop' } });
 * const answer = explain(result, { resource: { kind: 'Pod', name: 'web' }, line: 4 });
 * console.log(answer?.source); // { file: 'web/templates/pod.yaml', line: 4, column: 1 }
 * console.log(answer?.values[0]?.path, answer?.values[0]?.origin?.source); // .Values.image.tag { file: 'web/values.yaml', line: 2, column: 3 }
 * ```
 */
export function explain(result: RenderResult, question: LineQuestion): LineExplanation | undefined {
  const how = explainable.get(result);
  const parts = how && lineOf(result, how, question);
  const first = parts && firstWords(parts);
  const answer = how && parts && first && explanationOf(parts, first, how.trace);
  return answer && isAbout(result, question, answer) ? answer : undefined;
}

/** Post-renderers of Helm 3 may write what they want around the objects. */
function isAbout(
  result: RenderResult,
  { resource, template, line }: LineQuestion,
  { text }: LineExplanation,
): boolean {
  if (resource !== undefined || template !== undefined) return true;
  return result.toYaml().split('\n')[line - 1]?.trim() === text.replaceAll('<no value>', '').trim();
}

function explanationOf(parts: readonly TracedPart[], first: TracedPart, trace: RenderTrace): LineExplanation {
  const chart = chartOf(first.place, first.scope);
  const valueOf = (read: ValueRead): ReadValue => trace.value(read, chart);
  return {
    text: parts.map((part) => linePart(part).text).join(''),
    ...stepOf(first.place),
    includes: includesOf(first.scope),
    parts: parts.map(linePart).filter((part) => part.text !== ''),
    values: distinct(parts.flatMap(readsOf)).map(valueOf),
    conditions: conditionsOf(first.scope, valueOf),
  };
}

/** A part without the end of the line. */
const linePart = ({ text, place }: TracedPart): LinePart => ({
  text: text.replace(/\n$/, ''),
  ...stepOf(place),
});

/** What a part was made of: with what was given to the templates on the way. */
function readsOf(part: TracedPart): ValueRead[] {
  const given = scopesOf(part.scope).flatMap(({ kind, reads }) => (kind === 'call' ? reads : []));
  return [...narrowed(part), ...given];
}

function distinct(reads: readonly ValueRead[]): ValueRead[] {
  return [...new Map(reads.map((read) => [JSON.stringify(read.path), read])).values()];
}

function lineOf(
  result: RenderResult,
  { trace, dialect }: Explainable,
  { resource, template, line }: LineQuestion,
): readonly TracedPart[] | undefined {
  if (template !== undefined) return tracedLines(trace, template, dialect)?.lines[line - 1];
  const found =
    resource === undefined ? resourceOfLine(result, line) : { item: findItem(result, resource), line };
  if (!found?.item) return undefined;
  const { path, content } = found.item;
  const same = [...result.manifests, ...result.hooks]
    .map(itemOf)
    .filter((each) => each.path === path && each.content === content);
  const written = tracedLines(trace, path, dialect);
  // A post-renderer may have left a document alone but for its end.
  const isSame = (document: { readonly content: string }): boolean =>
    document.content.trimEnd() === content.trimEnd();
  const documents = written?.documents.filter(isSame) ?? [];
  const start = documents[same.findIndex(({ source }) => source === found.item?.source)]?.start;
  const isThere = found.line >= 1 && found.line <= content.split('\n').length;
  return start === undefined || !isThere ? undefined : written?.lines[start + found.line - 1];
}

/** What a manifest and a hook have in common. */
interface Item {
  readonly source: Manifest | Hook;
  readonly path: string;
  readonly content: string;
}

const itemOf = (source: Manifest | Hook): Item => ({
  source,
  path: source.path,
  content: 'content' in source ? source.content : source.manifest,
});

function findItem(
  { manifests, hooks }: RenderResult,
  wanted: NonNullable<LineQuestion['resource']>,
): Item | undefined {
  const all = [...manifests, ...hooks];
  const found = all.find((each) =>
    'path' in wanted ? each === wanted : each.kind === wanted.kind && each.name === wanted.name,
  );
  return found && itemOf(found);
}

/** The resource that a line of `toYaml()` is of, and which of its lines it is. */
function resourceOfLine(
  { manifests, hooks }: RenderResult,
  line: number,
): { item: Item; line: number } | undefined {
  // Without manifests there is an empty line before the hooks.
  let before = manifests.length === 0 ? 1 : 0;
  for (const item of [...manifests, ...hooks].map(itemOf)) {
    const isLastManifest = item.source === manifests.at(-1);
    const text = isLastManifest ? item.content.trimEnd() : item.content;
    // `---` and `# Source:` come first.
    const start = before + 2;
    before = start + text.split('\n').length;
    if (line <= before) return { item, line: line - start };
  }
  return undefined;
}
