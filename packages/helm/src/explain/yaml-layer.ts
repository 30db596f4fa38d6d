import type { ValuePath } from '@gitops-toolkit/go-template';
import { parseDocuments, type YamlDocument } from '@gitops-toolkit/yaml';
import type { ValueOrigin } from './explanation.ts';
import { hasPath, type ValueLayer, valueAt } from './value-layer.ts';

/** A file of values, whose lines are known. */
export class YamlLayer implements ValueLayer {
  readonly #documents: readonly YamlDocument[];
  readonly #origin: ValueOrigin;
  readonly #file: string;

  /** @param dialect Helm 3 reads the first document of a file, Helm 4 all of them, of which the last counts for most. */
  constructor(text: string, file: string, origin: ValueOrigin, dialect: 'v3' | 'v4') {
    const documents = parseDocuments(text, { file, dialect: 'yaml11' });
    this.#documents = dialect === 'v3' ? documents.slice(0, 1) : documents.toReversed();
    this.#file = file;
    this.#origin = origin;
  }

  has(path: ValuePath): boolean {
    return this.#document(path) !== undefined;
  }

  value(path: ValuePath): unknown {
    return valueAt(this.#document(path)?.value, path);
  }

  origin(path: ValuePath): ValueOrigin {
    const source = this.#document(path)?.locate(path, 'key') ?? { file: this.#file };
    return { ...this.#origin, source };
  }

  #document(path: ValuePath): YamlDocument | undefined {
    return this.#documents.find(({ value }) => hasPath(value, path));
  }
}
