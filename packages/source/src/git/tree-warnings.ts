/** What a user is told of what is not in the tree, or will not be in an artifact. */
export function warningsOf(symlinks: readonly string[], submodules: readonly string[]): string[] {
  const warnings: string[] = [];
  if (symlinks.length > 0)
    warnings.push(`${count(symlinks, 'symlink')} will not be in an artifact: ${shown(symlinks)}`);
  if (submodules.length > 0)
    warnings.push(`${count(submodules, 'submodule')} left out: ${shown(submodules)}`);
  return warnings;
}

function count(paths: readonly string[], word: string): string {
  return `${paths.length} ${word}${paths.length === 1 ? '' : 's'}`;
}

function shown(paths: readonly string[]): string {
  return paths.slice(0, 5).join(', ') + (paths.length > 5 ? ', …' : '');
}
