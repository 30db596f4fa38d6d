import { describe, expect, it } from 'vitest';
import { mask } from './mask.ts';

const SECRET = 'p&ss w/rd"5+5=?';

describe('mask', () => {
  it.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64').replace(/=+$/, '')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['URL-encoded in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['as a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
  ])('hides a secret %s', (_form, text) => {
    const masked = mask(`before ${text} after`, [SECRET]);
    expect(masked).toContain('***');
    expect(masked.replace('***', '').length).toBeLessThanOrEqual('before  after'.length + 2);
  });

  it('hides it inside the base64 of something longer, wherever it begins', () => {
    for (const user of ['bot', 'user', 'robot']) {
      const header = Buffer.from(`${user}:${SECRET}`).toString('base64');
      const masked = mask(`Basic ${header}`, [SECRET]);
      const left = Buffer.from(masked.replace('Basic ', '').replace('***', ''), 'base64').toString('latin1');
      expect(masked).toContain('***');
      expect(left).not.toMatch(/ss w/);
    }
  });

  it('hides the longer of two secrets of which one is part of the other', () => {
    expect(mask('token-abcdef-long', ['token-abcdef', 'token-abcdef-long'])).toBe('***');
  });

  it('hides the lines of a key', () => {
    const key = '-----BEGIN KEY-----\nc2VjcmV0LWxpbmU=\n-----END KEY-----';
    expect(mask('bad line: c2VjcmV0LWxpbmU=', [key])).toBe('bad line: ***');
  });

  it('leaves values that are too short to be told from words', () => {
    expect(mask('the admin logs in', ['admin'])).toBe('the admin logs in');
  });

  it('takes secrets that no URL can hold', () => {
    expect(mask('x \ud800secret y', ['\ud800secret'])).toContain('***');
  });
});
