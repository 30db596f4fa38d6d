/** What names of a kind look like. */
export type NameRule = 'subdomain' | 'label' | 'service' | 'path-segment' | 'none';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a name, in the server's words; nothing when it is good. */
export function nameErrors(rule: NameRule, name: string): string[] {
  switch (rule) {
    case 'none':
      return [];
    case 'label':
      return check(name, LABEL, 63, SUBDOMAIN.test(name) ? 'must not contain dots' : LABEL_TEXT);
    case 'service':
      return check(name, SERVICE, 63, SERVICE_TEXT);
    case 'subdomain':
      return check(name, SUBDOMAIN, 253, SUBDOMAIN_TEXT);
    case 'path-segment':
      return pathSegmentErrors(name);
  }
}

function check(name: string, pattern: RegExp, maxLength: number, text: string): string[] {
  const errors: string[] = [];
  if (name.length > maxLength) errors.push(`must be no more than ${maxLength} characters`);
  if (!pattern.test(name)) errors.push(text);
  return errors;
}

function pathSegmentErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** What is wrong with the name of a port, in the server's words. */
export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** The keys and values that labels may have; `undefined` when the value is good. */
export function labelValueError(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes';
  if (value === '' || /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(value)) return undefined;
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

/** What is wrong with a qualified name, as keys of labels and annotations are. */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2)
    return [
      `a qualified name ${QUALIFIED} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const errors: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === '') errors.push('prefix part must be non-empty');
    else errors.push(...nameErrors('subdomain', parts[0] ?? '').map((text) => `prefix part ${text}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > 63) errors.push('name part must be no more than 63 bytes');
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) errors.push(`name part ${QUALIFIED}`);
  return errors;
}

const QUALIFIED =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Letters of generated names: no vowels and no digits that look like them, so that no words come up. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Random characters as the server adds them to generated names. */
export function randomSuffix(random: () => number, length = 5): string {
  let suffix = '';
  for (let i = 0; i < length; i++) suffix += ALPHABET[Math.floor(random() * ALPHABET.length)];
  return suffix;
}

/** A name from `generateName`, short enough for a label. */
export function generateName(base: string, random: () => number): string {
  return base.slice(0, 58) + randomSuffix(random);
}
