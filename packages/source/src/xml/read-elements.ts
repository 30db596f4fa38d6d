/** An element of an XML document: its name without a prefix, its text, and what is in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const MAX_DEPTH = 32;
const TOKEN = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*?)?)(\/?)>|<[?!][^>]*>/g;

/**
 * Reads the XML that storage services answer with: elements and text. There are no document types, and so no entities but
 * XML's own. `undefined` where the text is not such a document.
 */
export function readXml(text: string): XmlElement | undefined {
  const root = newElement('', '');
  const open = [root];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, closes, name = '', attributes = '', isEmpty] = match;
    const current = open.at(-1);
    if (!current) return undefined;
    current.text += decode(text.slice(end, match.index));
    end = match.index + token.length;
    if (name === '') {
      if (/^<!(?!--)/.test(token)) return undefined;
      continue;
    }
    if (closes === '/') {
      open.pop();
      continue;
    }
    const element = newElement(name.slice(name.indexOf(':') + 1), attributes);
    current.children.push(element);
    if (isEmpty === '/') continue;
    open.push(element);
    if (open.length > MAX_DEPTH) return undefined;
  }
  return open.length === 1 && root.children.length === 1 ? root.children[0] : undefined;
}

/** The first element of a name inside another. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The text of the first element of a name inside another. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

function newElement(name: string, attributes: string): OpenElement {
  return { name, attributes, children: [], text: '' };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
