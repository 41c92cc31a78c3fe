import type { AgentDefinition } from '../../../src/protocol/agentDefinitions.ts';

/** The parts of a definition in the order that people read them; what is empty is left out. */
export function partsOf(definition: AgentDefinition): { name: string; text: string; isCode: boolean }[] {
  const { systemPrompt, name, description, ...rest } = definition;
  const asJson = (value: unknown) => JSON.stringify(value, null, 2);
  const known = [
    { name: 'Name', text: name, isCode: false },
    { name: 'Description', text: description, isCode: false },
    { name: 'System prompt', text: systemPrompt, isCode: true },
  ];
  // Whatever else a definition has is shown as it is.
  const others = Object.entries(rest).map(([key, value]) => ({ name: titleOf(key), text: isEmpty(value) ? '' : asJson(value), isCode: true }));
  return [...known, ...others].filter(({ text }) => text !== '');
}

function titleOf(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
