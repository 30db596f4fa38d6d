import { FunctionError } from '../errors.ts';
import { quoteString } from '../format/quote.ts';
import { fromBytes, toBytes } from '../value/go-string.ts';

/** A URL in the parts of Go's `net/url`. */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  /** As it is written, escaped; `undefined` where there is no `@`. */
  readonly user: string | undefined;
  readonly host: string;
  /** Unescaped. */
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/**
 * Reads a URL as Go's `url.Parse` does.
 *
 * @throws FunctionError with Go's message.
 */
export function parseGoUrl(text: string): GoUrl {
  const fail = (words: string): FunctionError => new FunctionError(`parse ${quoteString(text)}: ${words}`);
  const hash = text.indexOf('#');
  const body = hash < 0 ? text : text.slice(0, hash);
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(body)) throw fail('net/url: invalid control character in URL');
  const parts = parseBody(body, fail);
  const fragment = hash < 0 ? '' : unescape(text.slice(hash + 1), fail);
  return { ...parts, fragment };
}

type Fail = (words: string) => FunctionError;

function parseBody(body: string, fail: Fail): Omit<GoUrl, 'fragment'> {
  const { scheme, rest } = splitScheme(body, fail);
  const mark = rest.indexOf('?');
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  const name = mark < 0 ? rest : rest.slice(0, mark);
  const none = { scheme, opaque: '', user: undefined, host: '', path: '', query };
  if (!name.startsWith('/')) {
    if (scheme !== '') return { ...none, opaque: name };
    const segment = name.split('/', 1)[0] ?? '';
    if (segment.includes(':')) throw fail('first path segment in URL cannot contain colon');
  }
  if ((scheme === '' && name.startsWith('///')) || !name.startsWith('//')) {
    return { ...none, path: unescape(name, fail) };
  }
  const slash = name.indexOf('/', 2);
  const authority = name.slice(2, slash < 0 ? undefined : slash);
  return {
    ...none,
    ...parseAuthority(authority, fail),
    path: slash < 0 ? '' : unescape(name.slice(slash), fail),
  };
}

function splitScheme(body: string, fail: Fail): { scheme: string; rest: string } {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(body);
  if (match) return { scheme: (match[1] ?? '').toLowerCase(), rest: body.slice(match[0].length) };
  if (body.startsWith(':')) throw fail('missing protocol scheme');
  return { scheme: '', rest: body };
}

function parseAuthority(authority: string, fail: Fail): Pick<GoUrl, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(authority.slice(at + 1), fail);
  if (at < 0) return { user: undefined, host };
  const user = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw fail('net/url: invalid userinfo');
  const [name = '', ...password] = user.split(':');
  const shown = escapeUser(unescape(name, fail));
  return {
    user: password.length === 0 ? shown : `${shown}:${escapeUser(unescape(password.join(':'), fail))}`,
    host,
  };
}

function parseHost(host: string, fail: Fail): string {
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']');
    if (close < 0) throw fail("missing ']' in host");
    const port = host.slice(close + 1);
    if (!/^(?::[0-9]*)?$/.test(port)) throw fail(`invalid port ${quoteString(port)} after host`);
    return host;
  }
  const colon = host.lastIndexOf(':');
  const port = colon < 0 ? '' : host.slice(colon);
  if (!/^(?::[0-9]*)?$/.test(port)) throw fail(`invalid port ${quoteString(port)} after host`);
  const wrong = /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/u.exec(host)?.[0];
  if (wrong !== undefined) throw fail(`invalid character ${quoteString(wrong)} in host name`);
  return unescape(host, fail);
}

function unescape(text: string, fail: Fail): string {
  if (!text.includes('%')) return text;
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text)?.[0];
  if (wrong !== undefined) throw fail(`invalid URL escape ${quoteString(wrong)}`);
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '%') {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 3;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...toBytes(character));
      at += character.length;
    }
  }
  return fromBytes(Uint8Array.from(bytes));
}

/** A text in which all is escaped but letters, digits and some characters. */
function escape(text: string, allowed: RegExp): string {
  let result = '';
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte);
    result +=
      byte < 0x80 && allowed.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

const escapeUser = (text: string): string => escape(text, /[A-Za-z0-9\-_.~$&+,;=]/);

/** A URL as Go writes it: `url.URL.String`. */
export function formatGoUrl(url: GoUrl): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') text += url.opaque;
  else {
    if (url.scheme !== '' || url.host !== '' || url.user !== undefined) {
      if (url.host !== '' || url.path !== '' || url.user !== undefined) text += '//';
      if (url.user !== undefined) text += `${url.user}@`;
      text += escape(url.host, /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/);
    }
    const path = escape(url.path, /[A-Za-z0-9\-_.~$&+,/:;=@]/);
    if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
    if (text === '' && (path.split('/', 1)[0] ?? '').includes(':')) text += './';
    text += path;
  }
  if (url.query !== '') text += `?${url.query}`;
  if (url.fragment !== '') text += `#${escape(url.fragment, /[A-Za-z0-9\-_.~!$&'()*+,/:;=?@]/)}`;
  return text;
}

/** The host without its port, and without the brackets of an IPv6 address. */
export function hostnameOf({ host }: GoUrl): string {
  const bracketed = /^\[(.*)\]/.exec(host)?.[1];
  return bracketed ?? host.replace(/:[0-9]*$/, '');
}
