import { describe, expect, it } from 'vitest';
import { describeError, errorMessage, findToolkitError, ToolkitError } from './errors.ts';

const TEXT = 'kind: Deployment\nspec:\n  replicas: many\n';

describe('ToolkitError', () => {
  it('carries code, object, place, hint and the retry class', () => {
    const error = new ToolkitError('SCHEMA_TYPE', 'replicas is not a number', {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      source: { file: 'base/web.yaml', line: 3, column: 13 },
      hint: 'Write a number.',
    });
    expect(error).toMatchObject({
      name: 'ToolkitError',
      code: 'SCHEMA_TYPE',
      retry: 'terminal',
      hint: 'Write a number.',
    });
    expect(error.frame).toBeUndefined();
  });

  it('shows the lines around the place when the text is known', () => {
    const source = { file: 'web.yaml', line: 3, column: 13 };
    const { frame } = new ToolkitError('X', 'bad', { source, sourceText: TEXT });
    expect(frame).toContain('> 3 |   replicas: many');
    expect(frame).toContain('    |             ^');
  });

  it('takes no underscore that a bundler puts before the name of a class', () => {
    class _NamedError extends ToolkitError {}
    expect(new _NamedError('X', 'bad').name).toBe('NamedError');
  });

  it('takes the name of the derived class', () => {
    class YamlError extends ToolkitError {}
    expect(new YamlError('Y', 'm').name).toBe('YamlError');
  });
});

describe('describeError', () => {
  it('tells the object, the place, the causes and the hint, each once', () => {
    const cause = new ToolkitError('YAML_SYNTAX', 'found a tab character', {
      source: { file: 'a.yaml', line: 2, column: 1 },
      hint: 'Indent with spaces.',
    });
    const error = new ToolkitError('BUILD', 'accumulating resources', {
      cause,
      object: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' },
    });
    expect(describeError(error)).toBe(
      'ConfigMap/a: accumulating resources\n  caused by a.yaml:2:1: found a tab character',
    );
    expect(describeError(cause)).toBe('a.yaml:2:1: found a tab character\nhint: Indent with spaces.');
  });

  it('does not repeat a cause that the message ends with', () => {
    const error = new Error('fetch failed: refused', { cause: new Error('refused') });
    expect(describeError(error)).toBe('fetch failed: refused');
  });

  it('takes anything that was thrown', () => {
    expect(describeError('text')).toBe('text');
    expect(errorMessage(null)).toBe('null');
  });
});

describe('findToolkitError', () => {
  it('looks through the causes', () => {
    const inner = new ToolkitError('X', 'inner');
    expect(findToolkitError(new Error('outer', { cause: inner }))).toBe(inner);
    expect(findToolkitError(new Error('alone'))).toBeUndefined();
  });
});
