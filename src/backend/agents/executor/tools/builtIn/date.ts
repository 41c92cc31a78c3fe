import { z } from 'zod';
import { usageError } from '../../../../../protocol/errors.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { defineTool } from '../defineTool.ts';
import type { Tool } from '../tool.ts';

const day = 86_400_000;
const moment = z.string().max(40).describe('ISO 8601, such as 2026-01-31 or 2026-01-31T09:30:00Z; UTC unless it says otherwise.');
const amount = z.int().min(-1_000_000).max(1_000_000).default(0);

/** Dates in UTC: what time it is, what comes after some time, what lies between, which weekday it is. */
export function dateTool(clock: Clock): Tool {
  return defineTool({
    name: 'date',
    description: 'Works with dates, in UTC. now: the time (and in timeZone, if given). add: date plus years, months, days, hours, minutes. difference: days, hours and minutes from date to other. weekday: of date.',
    input: z.object({
      operation: z.enum(['now', 'add', 'difference', 'weekday']),
      date: moment.optional(),
      other: moment.optional(),
      timeZone: z.string().max(60).optional().describe('IANA name, such as Europe/Rome.'),
      years: amount, months: amount, days: amount, hours: amount, minutes: amount,
    }),
    run: ({ operation, date, other, timeZone, ...amounts }) => {
      switch (operation) {
        case 'now':
          return now(clock.now(), timeZone);
        case 'add':
          return added(read(date, 'date'), amounts);
        case 'difference':
          return difference(read(date, 'date'), read(other, 'other'));
        case 'weekday':
          return new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(read(date, 'date'));
      }
    },
  });
}

function now(time: Date, timeZone: string | undefined): string {
  if (timeZone === undefined) return time.toISOString();
  try {
    const local = new Intl.DateTimeFormat('en-CA', { dateStyle: 'full', timeStyle: 'long', hour12: false, timeZone }).format(time);
    return `${time.toISOString()} (${timeZone}: ${local})`;
  } catch (error) {
    throw usageError('time_zone_unknown', `There is no time zone ${JSON.stringify(timeZone)}.`, { cause: error });
  }
}

/** A month that is too short for the day ends at its last day. */
function added(date: Date, { years, months, days, hours, minutes }: Record<'years' | 'months' | 'days' | 'hours' | 'minutes', number>): string {
  const month = date.getUTCMonth() + months + years * 12;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const moved = new Date(date);
  moved.setUTCFullYear(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastDay));
  const result = new Date(moved.getTime() + days * day + hours * 3_600_000 + minutes * 60_000);
  if (Number.isNaN(result.getTime())) throw usageError('date_invalid', 'That date is too far away.');
  return result.toISOString();
}

function difference(from: Date, to: Date): string {
  const total = to.getTime() - from.getTime();
  const rest = Math.abs(total);
  const sign = total < 0 ? -1 : 1;
  return JSON.stringify({ days: sign * Math.floor(rest / day), hours: sign * Math.floor((rest % day) / 3_600_000), minutes: sign * Math.floor((rest % 3_600_000) / 60_000), totalSeconds: total / 1000 });
}

function read(text: string | undefined, name: string): Date {
  if (text === undefined) throw usageError('tool_input_invalid', `${name}: is missing`);
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:\d{2})?$/.exec(text.trim());
  if (match === null) throw usageError('date_invalid', `${name}: ${JSON.stringify(text)} is no date such as 2026-01-31 or 2026-01-31T09:30:00Z.`);
  const [, years = '', months = '', days = '', hours = '00', minutes = '00', seconds = '00', zone = 'Z'] = match;
  const date = new Date(`${years}-${months}-${days}T${hours}:${minutes}:${seconds}${zone}`);
  // 31 February would silently become a day in March.
  if (Number.isNaN(date.getTime()) || new Date(Date.UTC(Number(years), Number(months) - 1, Number(days))).getUTCDate() !== Number(days)) throw usageError('date_invalid', `${name}: there is no day ${JSON.stringify(text)}.`);
  return date;
}
