import { FunctionError } from '../errors.ts';
import { parseTime } from './parse-time.ts';
import { type TimeValue, timeValue } from './time-value.ts';
import { UTC } from './zone.ts';

/** A time by one of Go's layouts, UTC where the text has no zone; `undefined` where it does not fit. */
export function parseTimeValue(layout: string, text: string): TimeValue | undefined {
  try {
    return timeValue(parseTime(layout, text, UTC));
  } catch (error) {
    if (error instanceof FunctionError) return undefined;
    throw error;
  }
}
