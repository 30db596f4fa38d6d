/** Documents as Helm prints them, each with the template that made it. */
export function documentsToYaml(
  items: readonly { readonly path: string; readonly content: string }[],
): string {
  return items.map(({ path, content }) => `---\n# Source: ${path}\n${content}\n`).join('');
}
