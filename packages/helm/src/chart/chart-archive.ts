import { CoreError, type TarEntry, TarReader } from '@gitops-toolkit/core';
import { cleanPath } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import type { ChartFile } from './chart.ts';

/** Helm's own bounds. */
const MAX_CHART_BYTES = 100 * 1024 * 1024;
const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** Headers and padding come on top of what files hold. */
const MAX_TAR_BYTES = MAX_CHART_BYTES * 1.25;
const MAX_FILES = 50_000;

/** Bounds on a chart, whatever it comes in. */
export const CHART_LIMITS: { readonly fileBytes: number; readonly chartBytes: number } = {
  fileBytes: MAX_FILE_BYTES,
  chartBytes: MAX_CHART_BYTES,
};

/**
 * The files of a chart's archive (a gzipped tar), without the folder that they are in.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_LIMIT`; the reason of the signal.
 */
export async function unpackChart(
  data: Uint8Array,
  {
    signal,
    maxFileBytes = MAX_FILE_BYTES,
  }: { readonly signal?: AbortSignal; readonly maxFileBytes?: number } = {},
): Promise<ChartFile[]> {
  const collector = new Collector(maxFileBytes);
  const reader = new TarReader(
    (entry) => collector.accepts(entry),
    (entry) => collector.add(entry),
  );
  try {
    let bytes = 0;
    for await (const chunk of gunzip(data)) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      if (bytes > MAX_TAR_BYTES) throw tooLarge();
      reader.write(chunk);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw invalid(error.message, error);
  }
  if (collector.files.length === 0) throw invalid('no files in chart archive');
  return collector.files;
}

async function* gunzip(data: Uint8Array): AsyncGenerator<Uint8Array> {
  if (data[0] !== 0x1f || data[1] !== 0x8b) throw invalid('gzip: invalid header');
  const stream = new Blob([data as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error instanceof TypeError) throw invalid('the archive is damaged', error);
    throw error;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

class Collector {
  readonly files: ChartFile[] = [];
  readonly #maxFileBytes: number;
  #bytes = 0;

  constructor(maxFileBytes: number) {
    this.#maxFileBytes = maxFileBytes;
  }

  accepts(entry: TarEntry): boolean {
    if (entry.type === 'directory') return false;
    checkedName(entry.path);
    if (entry.size > this.#maxFileBytes)
      throw tooLarge(`chart file ${JSON.stringify(entry.path)}`, this.#maxFileBytes);
    this.#bytes += entry.size;
    if (this.#bytes > MAX_CHART_BYTES || this.files.length >= MAX_FILES) throw tooLarge();
    return entry.type === 'file';
  }

  add(entry: TarEntry): void {
    if (entry.type === 'directory') return;
    this.files.push({ name: checkedName(entry.path), data: withoutMark(entry.data ?? new Uint8Array()) });
  }
}

/** A byte order mark is no content. */
export function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}

/** The name within the chart: archives made on Windows may have backslashes. */
function checkedName(path: string): string {
  const [first = '', ...rest] = path.split(path.includes('\\') ? '\\' : '/');
  const joined = rest.join('/');
  if (joined.startsWith('/')) throw invalid('chart illegally contains absolute paths');
  const name = cleanPath(joined);
  if (name === '.') {
    throw invalid(`chart illegally contains content outside the base directory: ${JSON.stringify(path)}`);
  }
  if (name.startsWith('..')) throw invalid('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(name)) throw invalid('chart contains illegally named files');
  if (first === 'Chart.yaml') throw invalid('chart yaml not in base directory');
  return name;
}

function invalid(message: string, cause?: unknown): HelmError {
  return new HelmError('HELM_CHART_INVALID', message, {
    ...(cause !== undefined && { cause }),
    hint: 'A packaged chart is a gzipped tar with all files in one folder, as `helm package` makes it.',
  });
}

function tooLarge(what = 'chart', limit: number = MAX_CHART_BYTES): HelmError {
  return new HelmError('HELM_LIMIT', `decompressed ${what} is larger than the maximum file size ${limit}`, {
    hint: 'Leave out of the chart what templates do not need, with .helmignore.',
  });
}
