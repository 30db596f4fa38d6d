/** The first block of a PEM text, or `undefined` where there is none. */
export function decodePem(text: string): { label: string; content: Buffer } | undefined {
  const match = /-----BEGIN ([^-\n]+)-----\r?\n([A-Za-z0-9+/=\s]+?)-----END \1-----/.exec(text);
  return match ? { label: match[1] ?? '', content: Buffer.from(match[2] ?? '', 'base64') } : undefined;
}

/** A PEM text of one block. */
export function encodePem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
