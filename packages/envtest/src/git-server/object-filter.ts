/** What a client that filters goes without (gitprotocol-v2, "filter"). */
export interface ObjectFilter {
  readonly withoutBlobs: boolean;
  /** How many levels of a tree come, the root included. */
  readonly treeDepth: number;
}

export const NO_FILTER: ObjectFilter = { withoutBlobs: false, treeDepth: Number.POSITIVE_INFINITY };

/** Reads `blob:none`, `tree:<depth>` and several joined by `combine:`; `undefined` for what this server does not do. */
export function parseFilter(text: string): ObjectFilter | undefined {
  const parts = text.startsWith('combine:') ? text.slice('combine:'.length).split('+') : [text];
  let { withoutBlobs, treeDepth } = NO_FILTER;
  for (const part of parts) {
    const depth = /^tree:([0-9]+)$/.exec(part)?.[1];
    if (depth !== undefined) treeDepth = Math.min(treeDepth, Number(depth));
    else if (part === 'blob:none') withoutBlobs = true;
    else return undefined;
  }
  return { withoutBlobs, treeDepth };
}
