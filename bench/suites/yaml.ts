import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import * as jsYaml from 'js-yaml';
import yaml from 'yaml';
import { emitDocuments, parseDocuments } from '../../packages/yaml/src/index.ts';
import type { Benchmark, Comparison, Sample, Side } from '../benchmark.ts';
import { generateOverlay } from './kustomize-build/generate-overlay.ts';

/** Of the generated text. */
const RESOURCES = 5000;
/** Runs before the first that counts go on for so long, at most so often. */
const WARM_UP = { millis: 2000, runs: 20 };
/** Short runs are repeated until a sample takes so long. */
const SAMPLE_MS = 100;
const MEGABYTE = 1e6;

/** Reading and writing in a warm process, in megabytes a second, against the libraries `yaml` and `js-yaml`. */
export const bench: Benchmark = {
  name: 'yaml',
  options: { corpus: { type: 'string' }, peers: { type: 'string' } },
  // eslint-disable-next-line typescript/require-await -- the interface is for suites that prepare something
  async *comparisons({ corpus, peers }) {
    for (const [title, texts] of textSets(corpus)) {
      for (const peer of (peers ?? 'js-yaml,yaml').split(',')) {
        yield parsing(title, texts, peer);
        yield emitting(title, texts, peer);
      }
    }
  },
};

interface Library {
  parse(text: string): unknown;
  emit(documents: readonly unknown[]): string;
}

const LIBRARIES: Readonly<Record<string, Library>> = {
  'js-yaml': {
    parse: (text) => jsYaml.loadAll(text),
    emit: (documents) => documents.map((document) => jsYaml.dump(document, { sortKeys: true })).join('---\n'),
  },
  yaml: {
    parse: (text) =>
      yaml.parseAllDocuments(text, { merge: true }).map((document) => document.toJS() as unknown),
    emit: (documents) =>
      documents.map((document) => yaml.stringify(document, { sortMapEntries: true })).join('---\n'),
  },
};

function* textSets(corpus: string | undefined): Iterable<[string, readonly string[]]> {
  yield ['generated', [[...generateOverlay(RESOURCES).values()].join('---\n')]];
  if (corpus === undefined) return;
  const real = path.join(corpus, 'real');
  for (const name of readdirSync(real).toSorted()) {
    const texts = readable([...readTexts(path.join(real, name))]);
    if (texts.length > 0) yield [name, texts];
  }
}

function* readTexts(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
    yield readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
  }
}

/** Those that every side can read: templates and broken files are none. */
function readable(texts: readonly string[]): string[] {
  return texts.filter((text) => {
    try {
      parseDocuments(text);
      for (const library of Object.values(LIBRARIES)) library.parse(text);
      return true;
    } catch {
      return false;
    }
  });
}

function parsing(title: string, texts: readonly string[], peer: string): Comparison {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const library = libraryOf(peer);
  return {
    title: `parse, ${title}, ${megabytes(bytes)}, against ${peer}`,
    ours: [rateSide('ours', bytes, () => texts.forEach((text) => parseDocuments(text)))],
    peer: rateSide(peer, bytes, () => texts.forEach((text) => library.parse(text))),
  };
}

function emitting(title: string, texts: readonly string[], peer: string): Comparison {
  const sets = texts.map((text) => parseDocuments(text).map(({ value }) => value));
  // Peers know nothing of numbers with more digits than JavaScript keeps.
  const plain = JSON.parse(JSON.stringify(sets)) as unknown[][];
  const bytes = sets.reduce((sum, documents) => sum + Buffer.byteLength(emitDocuments(documents)), 0);
  const library = libraryOf(peer);
  return {
    title: `emit, ${title}, ${megabytes(bytes)}, against ${peer}`,
    ours: [rateSide('ours', bytes, () => sets.forEach((documents) => emitDocuments(documents)))],
    peer: rateSide(peer, bytes, () => plain.forEach((documents) => library.emit(documents))),
  };
}

function libraryOf(name: string): Library {
  const library = LIBRARIES[name];
  if (!library) throw new Error(`--peers takes ${Object.keys(LIBRARIES).join(' and ')}, not ${name}`);
  return library;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** Megabytes a second: of wall time, and of the CPU time of the process. */
function rateSide(name: string, bytes: number, run: () => void): Side {
  let warm = false;
  return {
    name,
    measure() {
      if (!warm) warmUp(run);
      warm = true;
      return Promise.resolve(rate(bytes, run));
    },
  };
}

function warmUp(run: () => void): void {
  const started = performance.now();
  for (let i = 0; i < WARM_UP.runs && performance.now() - started < WARM_UP.millis; i++) run();
}

function rate(bytes: number, run: () => void): Sample {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  do {
    run();
    runs++;
  } while (performance.now() - started < SAMPLE_MS);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const done = (bytes * runs) / MEGABYTE;
  return { megabytesPerSecond: done / seconds, megabytesPerCpuSecond: (done * 1e6) / (user + system) };
}
