/** Whether a directory is another one or lies below it; both normalised. */
export function isSameOrBelow(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
