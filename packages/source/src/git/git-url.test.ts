import { describe, expect, it } from 'vitest';
import { displayUrl, parseGitUrl } from './git-url.ts';

describe('parseGitUrl', () => {
  it('takes https and http, and takes userinfo out', () => {
    expect(parseGitUrl('https://git.example.com/org/app.git/')).toMatchObject({
      kind: 'http',
      url: new URL('https://git.example.com/org/app.git'),
    });
    expect(parseGitUrl('http://bot:p%40ss@git.example.com:8080/x')).toMatchObject({
      url: new URL('http://git.example.com:8080/x'),
      userinfo: { username: 'bot', password: 'p@ss' },
    });
  });

  it('takes folders and file URLs where that is allowed, and only there', () => {
    expect(parseGitUrl('file:///srv/git/my%20app.git', { allowLocal: true })).toEqual({
      kind: 'local',
      path: '/srv/git/my app.git',
    });
    for (const path of ['./app', '../app', '/srv/app', '/srv/git']) {
      expect(parseGitUrl(path, { allowLocal: true })).toEqual({ kind: 'local', path });
    }
    for (const url of ['file:///srv/git', '/srv/git', './x']) {
      expect(() => parseGitUrl(url)).toThrow(expect.objectContaining({ code: 'GIT_URL_INVALID' }));
    }
  });

  it.each([
    '',
    '-oProxyCommand=x',
    '--upload-pack=touch /tmp/x',
    'ext::sh -c "touch /tmp/x"',
    'fd::17',
    'transport::https://x/y',
    'https://git.example.com/a\nb',
    'https://git.example.com/\0',
    'ssh://-oProxyCommand=x/y',
    'git://example.com/x',
    'git@github.com:org/app',
    'ftp://example.com/x',
    'javascript:alert(1)',
    'https://',
    'file://other-host/srv',
    'org/app',
  ])('SEC-GIT-08: refuses %j', (url) => {
    expect(() => parseGitUrl(url, { allowLocal: true })).toThrow(
      expect.objectContaining({ code: 'GIT_URL_INVALID' }),
    );
  });

  it('refuses what is longer than any URL, and shows its beginning', { timeout: 10_000 }, () => {
    const url = `https://git.example.com${'/'.repeat(1_000_000)}x`;
    expect(() => parseGitUrl(url)).toThrow(/^.{0,300} has more than 4096 characters$/);
    expect(() => parseGitUrl(`https://git.example.com/${'x'.repeat(3000)}`)).not.toThrow();
  });

  it('shows no password', () => {
    expect(displayUrl('https://bot:secret@git.example.com/x')).toBe('https://git.example.com/x');
    expect(() => parseGitUrl('ssh://bot:secret@git.example.com/x')).toThrow(/^(?!.*secret)/);
  });
});
