import { usageError } from '../../../../protocol/errors.ts';
import type { QuotedText } from '../quotedData.ts';

/** A text with places. */
export type Template = readonly (string | Place)[];
export type Place = { of: 'input' } | { of: 'step'; id: string } | { of: 'named'; name: string };

/** What places are filled with. */
export interface Scope {
  input: string;
  steps: ReadonlyMap<string, string>;
  named: ReadonlyMap<string, string>;
}

/** Throws `flow_template_invalid`, which names the step, where a place is none that is known. */
export function parseTemplate(text: string, stepId: string): Template {
  const parts: (string | Place)[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    parts.push(text.slice(end, match.index), parsePlace(match[1]?.trim() ?? '', stepId));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== '');
}

/** The text with every place filled. */
export function fillTemplate(template: Template, scope: Scope, stepId: string): string {
  return template.map((part) => (typeof part === 'string' ? part : valueOf(part, scope, stepId))).join('');
}

/** The same for a model: what others wrote stays apart from what the flow's author wrote; the input is as it was given. */
export function fillQuoted(template: Template, scope: Scope, stepId: string): (string | QuotedText)[] {
  return template.map((part) => {
    if (typeof part === 'string') return part;
    const text = valueOf(part, scope, stepId);
    return text === scope.input ? text : { name: nameOf(part), text };
  });
}

function parsePlace(text: string, stepId: string): Place {
  if (text === 'input') return { of: 'input' };
  const [, kind, name] = /^(steps|inputs)\.(.+)$/.exec(text) ?? [];
  if (kind === 'steps' && name !== undefined) return { of: 'step', id: name };
  if (kind === 'inputs' && name !== undefined) return name === 'input' ? { of: 'input' } : { of: 'named', name };
  throw usageError('flow_template_invalid', `Step ${stepId}: {{${text}}} is no place that can be filled.`, { hint: 'There are {{input}}, {{steps.ID}} and {{inputs.NAME}}.' });
}

function valueOf(place: Place, scope: Scope, stepId: string): string {
  if (place.of === 'input') return scope.input;
  const value = place.of === 'step' ? scope.steps.get(place.id) : scope.named.get(place.name);
  if (value !== undefined) return value;
  throw usageError('flow_template_unresolved', `Step ${stepId}: {{${nameOf(place)}}} has no value yet.`, { hint: place.of === 'step' ? 'That step comes later, or lies on a way that was not gone.' : 'Name it under inputs.' });
}

function nameOf(place: Place): string {
  if (place.of === 'input') return 'input';
  return place.of === 'step' ? `steps.${place.id}` : `inputs.${place.name}`;
}
