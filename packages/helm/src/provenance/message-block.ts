import { isRecord } from '@gitops-toolkit/core';
import { parse, YamlError } from '@gitops-toolkit/yaml';
import type { ChartMetadata } from '../chart/metadata.ts';
import { yamlFault, writeYaml } from '../functions/yaml-functions.ts';
import { chartYaml } from '../package/chart-yaml.ts';

/** What a provenance file says: `Chart.yaml`, and the sums of files. */
export interface MessageBlock {
  /** `Chart.yaml` as it was signed. */
  readonly chartYaml: string;
  /** Sums such as `sha256:…` by the names of files. */
  readonly files: ReadonlyMap<string, string>;
}

/** Three dashes, which YAML would have here, are not allowed in signed text. */
const SEPARATOR = '\n...\n';

/** A message that is not what Helm signs. */
export class MessageFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MessageFault';
  }
}

/** @throws MessageFault */
export function readMessageBlock(text: string): MessageBlock {
  const [head, sums] = text.split(SEPARATOR);
  if (head === undefined || sums === undefined)
    throw new MessageFault('message block must have at least two parts');
  return { chartYaml: head, files: new Map(Object.entries(filesOf(sums))) };
}

function filesOf(text: string): Record<string, string> {
  try {
    const value = parse(text, { dialect: 'yaml11', documents: 'first' });
    const files = isRecord(value) && isRecord(value['files']) ? value['files'] : {};
    return Object.fromEntries(
      Object.entries(files).filter((each): each is [string, string] => typeof each[1] === 'string'),
    );
  } catch (cause) {
    if (cause instanceof YamlError) throw new MessageFault(yamlFault(cause), { cause });
    throw cause;
  }
}

/** The message that Helm signs for a package. */
export function writeMessageBlock(metadata: ChartMetadata, fileName: string, sum: string): string {
  return `${chartYaml(metadata)}${SEPARATOR}${writeYaml({ files: { [fileName]: sum } })}\n`;
}
