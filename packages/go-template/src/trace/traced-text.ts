import type { TemplatePlace } from './template-place.ts';
import type { ValueRead } from './value-reads.ts';

/** Why a place was come to: a call of a template, or a condition or loop around it. */
export interface TraceScope {
  readonly kind: 'call' | 'if' | 'with' | 'range';
  readonly place: TemplatePlace;
  /** What its expression has read. */
  readonly reads: readonly ValueRead[];
  readonly outer: TraceScope | undefined;
}

/** Text of one line that one node has written. */
export interface TracedPart {
  readonly text: string;
  readonly place: TemplatePlace;
  readonly reads: readonly ValueRead[];
  readonly scope: TraceScope | undefined;
  /** All that the node wrote in one go, and how many lines of it are before this part. */
  readonly written: { readonly text: string; readonly line: number };
}

/** A text, and who has written its lines. */
export interface TracedText {
  readonly text: string;
  readonly lines: readonly (readonly TracedPart[])[];
}

/** The lines of what was written part by part. */
export function toLines(parts: readonly TracedPart[]): TracedPart[][] {
  const lines: TracedPart[][] = [[]];
  for (const part of parts) {
    lines.at(-1)?.push(part);
    if (part.text.endsWith('\n')) lines.push([]);
  }
  return lines;
}

/** A text cut behind each end of a line. */
export const cutLines = (text: string): string[] => text.split(/(?<=\n)/);
