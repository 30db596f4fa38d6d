/** An element of a layout of Go's `time` package, or text between them. */
export interface LayoutPart {
  /** The element as it is written in layouts, such as `2006`; for text, `''`. */
  readonly element: string;
  readonly text: string;
}

/** The elements, the longer ones first where one begins with another. */
const ELEMENT =
  /January|Jan|Monday|Mon|MST|2006|002|__2|_2006|_2|01|02|03|04|05|06|15|PM|pm|Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07|[.,](?:0+|9+)(?![0-9])|1|2|3|4|5/g;

const parsed = new Map<string, readonly LayoutPart[]>();
const MAX_PARSED = 200;

/** The elements of a layout, and the text between them. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  let parts = parsed.get(layout);
  if (!parts) {
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(layout, (parts = split(layout)));
  }
  return parts;
}

function split(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let at = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    let [element] = match;
    let start = match.index;
    // `_2006` is an underscore and a year; `Jan` and `Mon` may be the beginnings of other words.
    if (element === '_2006') {
      element = '2006';
      start++;
    }
    const next = layout[start + element.length] ?? '';
    if ((element === 'Jan' || element === 'Mon') && /[a-z]/.test(next)) continue;
    if (start > at) parts.push({ element: '', text: layout.slice(at, start) });
    parts.push({ element, text: element });
    at = start + element.length;
  }
  if (at < layout.length) parts.push({ element: '', text: layout.slice(at) });
  return parts;
}

export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];
