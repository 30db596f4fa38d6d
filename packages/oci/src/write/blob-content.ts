/** Content to be pushed: all of it, or what makes it anew each time it is sent. */
export type BlobContent = Uint8Array | (() => AsyncIterable<Uint8Array>);
