import { evalEventSchema } from '../../protocol/events.ts';
import type { Preference } from '../../protocol/preference.ts';
import type { Store } from '../store/db.ts';
import { listEvents } from '../store/runEvents.ts';

/** What a run did to the preference for the chosen answers, on pairs that it did not train on. */
export function preferenceFigures(store: Store, runId: string): Preference {
  const evaluations = listEvents(store, runId, ['eval']).flatMap(({ eventJson }) => {
    const event = evalEventSchema.safeParse(JSON.parse(eventJson));
    return event.success && typeof event.data['rawPreference'] === 'number' ? [event.data] : [];
  });
  const before = evaluations.find(({ step }) => step === 0);
  const after = evaluations.findLast(({ best }) => best);
  return before === undefined || after === undefined ? null : { before: figuresOf(before), after: figuresOf(after) };
}

function figuresOf(event: Record<string, unknown> & { step: number }) {
  const figure = (key: string) => (typeof event[key] === 'number' ? event[key] : null);
  return { step: event.step, rawPreference: figure('rawPreference'), chosenLogProbPerToken: figure('chosenLogProbPerToken'), rejectedLogProbPerToken: figure('rejectedLogProbPerToken') };
}
