import { type CivilTime, civilTime, type Instant } from './instant.ts';
import { MONTHS, parseLayout, WEEKDAYS } from './layout.ts';

/** A moment by a layout of Go's `time` package, such as `2006-01-02 15:04:05`. */
export function formatTime(instant: Instant, layout: string): string {
  const civil = civilTime(instant);
  return parseLayout(layout)
    .map(({ element, text }) => (element === '' ? text : formatElement(element, civil, instant.nanoseconds)))
    .join('');
}

const two = (value: number): string => String(value).padStart(2, '0');

function formatElement(element: string, civil: CivilTime, nanoseconds: number): string {
  const { year, month, day, hour } = civil;
  switch (element) {
    case '2006':
      return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
    case '06':
      return two(((year % 100) + 100) % 100);
    case 'January':
      return MONTHS[month - 1] ?? '';
    case 'Jan':
      return (MONTHS[month - 1] ?? '').slice(0, 3);
    case '01':
      return two(month);
    case '1':
      return String(month);
    case 'Monday':
      return WEEKDAYS[civil.weekday] ?? '';
    case 'Mon':
      return (WEEKDAYS[civil.weekday] ?? '').slice(0, 3);
    case '02':
      return two(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '2':
      return String(day);
    case '002':
      return String(civil.yearDay).padStart(3, '0');
    case '__2':
      return String(civil.yearDay).padStart(3, ' ');
    case '15':
      return two(hour);
    case '03':
      return two(hour % 12 || 12);
    case '3':
      return String(hour % 12 || 12);
    case '04':
      return two(civil.minute);
    case '4':
      return String(civil.minute);
    case '05':
      return two(civil.second);
    case '5':
      return String(civil.second);
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return civil.zoneName === '' ? formatOffset('-0700', civil.offset) : civil.zoneName;
    default:
      return /^[.,]/.test(element)
        ? formatFraction(element, nanoseconds)
        : formatOffset(element, civil.offset);
  }
}

/** `.000` keeps zeros at the end, `.999` drops them. */
function formatFraction(element: string, nanoseconds: number): string {
  const digits = String(nanoseconds)
    .padStart(9, '0')
    .slice(0, element.length - 1)
    .padEnd(element.length - 1, '0');
  if (element[1] === '0') return element[0] + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element[0] + kept;
}

function formatOffset(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const size = Math.abs(offset);
  const colon = element.includes(':') ? ':' : '';
  let text = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}`;
  const digits = element.replace(/[^0-9]/g, '').length;
  if (digits >= 4) text += colon + two(Math.floor(size / 60) % 60);
  if (digits >= 6) text += colon + two(size % 60);
  return text;
}
