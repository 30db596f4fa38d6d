import type { TracedPart, ValuePath, ValueRead } from '@gitops-toolkit/go-template';
import { parseDocuments, type YamlDocument, YamlError } from '@gitops-toolkit/yaml';
import { hasPath, valueAt } from './value-layer.ts';

/** Longer texts of one expression are not looked into. */
const MAX_UNITS = 1 << 18;

/**
 * What a part of a line was made of. Where an expression has written many lines of one value, as `toYaml` does, this is
 * the part of the value that stands in the line.
 */
export function narrowed({ reads, written }: TracedPart): readonly ValueRead[] {
  const whole = reads.at(-1);
  const isLong = written.text.length > MAX_UNITS;
  if (
    isLong ||
    !whole ||
    typeof whole.value !== 'object' ||
    whole.value === null ||
    !written.text.includes('\n')
  )
    return reads;
  const inner = pathOfLine(written.text, written.line + 1);
  if (!inner || inner.length === 0 || !hasPath(whole.value, inner)) return reads;
  const part = { path: [...whole.path, ...inner], value: valueAt(whole.value, inner) };
  return [...reads.slice(0, -1), part];
}

/** What begins last in a text of YAML before a line ends. */
function pathOfLine(text: string, line: number): ValuePath | undefined {
  const document = read(text);
  if (!document) return undefined;
  let found: ValuePath | undefined;
  let foundAt = 0;
  for (const path of pathsOf(document.value, [])) {
    const at = document.locate(path, 'key')?.line ?? 0;
    if (at > line || at < foundAt) continue;
    [found, foundAt] = [path, at];
  }
  return found;
}

function read(text: string): YamlDocument | undefined {
  try {
    return parseDocuments(text, { dialect: 'yaml11' })[0];
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function* pathsOf(value: unknown, path: ValuePath): Iterable<ValuePath> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const inner = [...path, Array.isArray(value) ? Number(key) : key];
    yield inner;
    yield* pathsOf(item, inner);
  }
}
