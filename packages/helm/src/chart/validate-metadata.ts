import { tryParseVersion } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import type { ChartDependency, ChartMaintainer, ChartMetadata } from './metadata.ts';
import type { RawMetadata } from './read-metadata.ts';

const TEXTS = ['description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const;
const ALIAS = /^[a-zA-Z0-9_-]+$/;

/**
 * Checks a chart's metadata as Helm does, and takes from its texts what cannot be printed.
 *
 * @throws HelmError `HELM_CHART_INVALID`
 */
export function validateMetadata(raw: RawMetadata): ChartMetadata {
  const {
    apiVersion = '',
    version = '',
    type = '',
    maintainers,
    dependencies,
    sources,
    keywords,
    ...rest
  } = raw;
  const texts: { -readonly [K in (typeof TEXTS)[number]]?: string } = {};
  for (const key of TEXTS) {
    const text = raw[key];
    if (text !== undefined) texts[key] = sanitize(text);
  }
  if (apiVersion === '') throw invalid('chart.metadata.apiVersion is required', 'Write apiVersion: v2.');
  const name = checkName(sanitize(raw.name ?? ''));
  if (version === '') throw invalid('chart.metadata.version is required', 'Write a version such as 1.2.3.');
  if (!tryParseVersion(version)) {
    throw invalid(
      `chart.metadata.version ${quoteString(version)} is invalid`,
      'Write a version such as 1.2.3.',
    );
  }
  if (!['', 'application', 'library'].includes(type)) {
    throw invalid(
      'chart.metadata.type must be application or library',
      'Leave the type out for an application.',
    );
  }
  return {
    ...rest,
    ...texts,
    apiVersion,
    name,
    version,
    ...(raw.type !== undefined && { type }),
    ...(sources && { sources: sources.map(sanitize) }),
    ...(keywords && { keywords: keywords.map(sanitize) }),
    ...(maintainers && { maintainers: maintainers.map(checkMaintainer) }),
    ...(dependencies && { dependencies: checkDependencies(dependencies) }),
  };
}

/** The name is a part of paths. */
function checkName(name: string): string {
  if (name === '') throw invalid('chart.metadata.name is required', 'Write the name of the chart.');
  if (name === '.' || name === '..') {
    throw invalid(`chart.metadata.name ${quoteString(name)} is not allowed`, 'A name is no path.');
  }
  if (/[/\\]/.test(name))
    throw invalid(`chart.metadata.name ${quoteString(name)} is invalid`, 'A name is no path.');
  return name;
}

function checkMaintainer(maintainer: ChartMaintainer | null): ChartMaintainer {
  if (maintainer === null) {
    throw invalid('maintainers must not contain empty or null nodes', 'Remove the entry that has nothing.');
  }
  const clean: Record<string, string> = {};
  for (const [key, text] of Object.entries(maintainer)) clean[key] = sanitize(text as string);
  return clean;
}

function checkDependencies(dependencies: readonly (ChartDependency | null)[]): ChartDependency[] {
  const names = new Set<string>();
  return dependencies.map((raw) => {
    const dependency = checkDependency(raw);
    const name = dependency.alias || dependency.name;
    if (names.has(name)) {
      throw invalid(
        `more than one dependency with name or alias ${quoteString(name)}`,
        'Give one of them an alias.',
      );
    }
    names.add(name);
    return dependency;
  });
}

function checkDependency(raw: ChartDependency | null): ChartDependency {
  if (raw === null) {
    throw invalid('dependencies must not contain empty or null nodes', 'Remove the entry that has nothing.');
  }
  const { name, version, repository, condition, tags, alias } = raw;
  const clean = {
    name: sanitize(name),
    ...(version !== undefined && { version: sanitize(version) }),
    ...(repository !== undefined && { repository: sanitize(repository) }),
    ...(condition !== undefined && { condition: sanitize(condition) }),
    ...(tags && { tags: tags.map(sanitize) }),
  };
  if (alias && !ALIAS.test(alias)) {
    const message = `dependency ${quoteString(clean.name)} has disallowed characters in the alias`;
    throw invalid(message, 'An alias has letters, digits, _ and -.');
  }
  return { ...raw, ...clean };
}

/** Space of all kinds becomes a blank, what cannot be printed goes. */
function sanitize(text: string): string {
  return text.replace(/[\s\u0085]/gu, ' ').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '');
}

function invalid(message: string, hint: string): HelmError {
  return new HelmError('HELM_CHART_INVALID', `validation: ${message}`, {
    source: { file: 'Chart.yaml' },
    hint,
  });
}
