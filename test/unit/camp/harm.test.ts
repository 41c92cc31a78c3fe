import { describe, expect, it } from 'vitest';
import { asJson, definitionDiff } from '../../../src/backend/camp/evolution/definitionDiff.ts';
import { gatherEvidence } from '../../../src/backend/camp/evolution/evidence.ts';
import { harmOf, repeatsOf } from '../../../src/backend/camp/evolution/harm.ts';
import { trainingView } from '../../../src/backend/camp/evolution/trainingView.ts';
import { agentDefinitionSchema, type AgentDefinition } from '../../../src/protocol/agentDefinitions.ts';
import { segmentBlameSchema, sessionDocumentSchema, type SegmentBlame } from '../../../src/protocol/camp.ts';
import { sessionDocument } from '../../support/camp/sessionDocument.ts';

type Written = Record<string, unknown>;

/** Two steps drafting and checking, whose prompts are given. */
const flow = (draft: string, check = 'Check it: {{steps.draft}}') => [
  { id: 'draft', type: 'prompt', prompt: draft },
  { id: 'more', type: 'loop', maxRounds: 2, steps: [{ id: 'check', type: 'prompt', prompt: check }] },
];
const agent = (more: Written): AgentDefinition => agentDefinitionSchema.parse({ name: 'Agent', systemPrompt: 'You are kind. Be exact.', ...more });

/** What repeats harm in the step from one agent to another, after a lineage went through versions with these mean scores. */
function repeats(versions: readonly { agent: Written; score: number; credit?: SegmentBlame[] }[], from: Written, to: Written) {
  const agents = versions.map((version) => agent(version.agent));
  const document = sessionDocument({
    inputs: [{ text: 'Where is my parcel?' }],
    lineages: { A: versions.map(({ score }, index) => ({ systemPrompt: 'x', plan: index === 0 ? undefined : 'Something.', answers: [{ input: 1, content: `Answer ${String(index)}`, score }] })).map(({ plan, ...rest }) => (plan === undefined ? rest : { ...rest, plan })) },
  });
  for (const [index, definition] of agents.entries()) document.lineages[0]!.agents[index]!.definition = definition;
  for (const [index, record] of document.evolutions.entries()) {
    record.diff = definitionDiff(agents[index]!, agents[index + 1]!);
    record.credit = versions[index]!.credit ?? [];
  }
  const { tried } = gatherEvidence(trainingView(sessionDocumentSchema.parse(document)), 'A');
  const harm = harmOf(tried, [...tried.map(({ credit }) => credit), versions.at(-1)?.credit ?? []]);
  return repeatsOf(asJson(agent(from)), asJson(agent(to)), harm).map(({ kind, part }) => [kind, part]);
}

const blame = (segment: string, points: number, more: Partial<SegmentBlame> = {}) => segmentBlameSchema.parse({ segment, start: 0, end: segment.length, blame: points, method: 'leave-one-out', evidence: '', standardError: 0.3, samples: 6, ...more });
const system = (systemPrompt: string): Written => ({ systemPrompt });
const capitals = 'Write everything in capital letters.';
/** The step that brought capitals cost three points. */
const fell = [{ agent: system('You are kind. Be exact.'), score: 6 }, { agent: system(`You are kind. Be exact. ${capitals}`), score: 3 }];

describe('what hurt before is refused', () => {
  it.each<[string, Parameters<typeof repeats>, [string, string][]]>([
    ['a sentence that came with a fall', [fell, system('You are kind. Be exact.'), system(`${capitals}\n\nYou are kind. Be exact. Be brief.`)], [['added-again', capitals]]],
    ['in other case, signs and places', [fell, system('You are kind. Be exact.'), system('You are kind. Be exact.\n- write EVERYTHING, in capital letters')], [['added-again', '- write EVERYTHING, in capital letters']]],
    ['an article more', [[{ agent: system('You are kind.'), score: 6 }, { agent: system('You are kind. Write all your answers to people in capital letters.'), score: 3 }], system('You are kind.'), system('You are kind. Write all your answers to the people in capital letters.')], [['added-again', 'Write all your answers to the people in capital letters.']]],
    ['a sentence that went with a fall', [[{ agent: {}, score: 6 }, { agent: system('You are kind.'), score: 4 }], {}, system('You are kind. Be brief.')], [['removed-again', 'Be exact.']]],
    ['a text of a step within a loop', [[{ agent: { flow: flow('Draft.') }, score: 6 }, { agent: { flow: flow('Draft.', 'Make it longer.') }, score: 4 }], { flow: flow('Draft.') }, { flow: flow('Draft well.', 'Make it longer!') }], [['added-again', 'Make it longer!'], ['removed-again', 'Check it: {{steps.draft}}']]],
    ['though a step came before it', [[{ agent: { flow: flow('Draft.') }, score: 6 }, { agent: { flow: flow('Be loud.') }, score: 4 }], { flow: [{ id: 'a', type: 'merge' }, ...flow('Draft.')] }, { flow: [{ id: 'a', type: 'merge' }, ...flow('Be loud.')] }], [['added-again', 'Be loud.'], ['removed-again', 'Draft.']]],
    ['a temperature', [[{ agent: {}, score: 6 }, { agent: { parameters: { temperature: 1.5 } }, score: 4 }], { parameters: { temperature: 0.2 } }, { parameters: { temperature: 1.5 } }], [['added-again', '1.5']]],
    ['a tool that went', [[{ agent: { tools: ['date', 'regex'] }, score: 6 }, { agent: { tools: ['date'] }, score: 4 }], { tools: ['date', 'regex'] }, { tools: ['date'] }], [['removed-again', 'regex']]],
    ['a part that was measured to harm, wherever it comes back', [[{ agent: {}, score: 6, credit: [blame(capitals, 3)] }, { agent: {}, score: 8 }], {}, { flow: flow(capitals) }], [['measured-harm', capitals]]],
    ['a part that was measured to help', [[{ agent: {}, score: 6, credit: [blame('Be exact.', -2)] }], {}, system('You are kind.')], [['measured-help', 'Be exact.']]],
    ['and its opposite in nearly the same words', [[{ agent: system('Always greet by name.'), score: 6, credit: [blame('Always greet by name.', -2)] }], system('Always greet by name.'), system('Never greet by name.')], [['measured-help', 'Always greet by name.']]],
  ])('%s', (_, [versions, from, to], expected) => {
    expect(repeats(versions, from, to)).toEqual(expected);
  });
});

describe('what did not hurt is not refused', () => {
  it.each<[string, Parameters<typeof repeats>]>([
    ['the same sentence in another prompt', [fell, { flow: flow('Draft.') }, { flow: flow(capitals) }]],
    ['what is there already', [fell, system(`You are kind. ${capitals}`), system(`You are kind. ${capitals} Be brief.`)]],
    ['taking out what came with a fall', [fell, system(`You are kind. Be exact. ${capitals}`), {}]],
    ['another number', [[{ agent: system('Answer in at most five short sentences for the customer please.'), score: 6 }, { agent: system('Answer in at most nine short sentences for the customer please.'), score: 3 }], system('You are kind.'), system('You are kind. Answer in at most three short sentences for the customer please.')]],
    ['what came with a rise as well', [[...fell, { agent: {}, score: 3 }, { agent: system(`You are kind. Be exact. ${capitals}`), score: 7 }], {}, system(`You are kind. Be exact. ${capitals}`)]],
    ['a step that is not scored', [[fell[0]!, { ...fell[1]!, score: 6 }], {}, system(`You are kind. Be exact. ${capitals}`)]],
    ['another value', [[{ agent: { parameters: { temperature: 0.3 } }, score: 6 }, { agent: { parameters: { temperature: 0.9 } }, score: 4 }], { parameters: { temperature: 0.3 } }, { parameters: { temperature: 0.5 } }]],
    ['a description, which no model reads', [[{ agent: { description: 'Old.' }, score: 6 }, { agent: { description: 'New.' }, score: 4 }], { description: 'Old.' }, { description: 'New.' }]],
    ['a helpful part in other words', [[{ agent: {}, score: 6, credit: [blame('Name the next step and who takes it.', -2)] }], system('Name the next step and who takes it.'), system('Name the next step and say who takes it, by role.')]],
    ['a helpful part in another prompt', [[{ agent: {}, score: 6, credit: [blame('Be exact.', -2)] }], { flow: flow('Draft.') }, { systemPrompt: 'You are kind.', flow: flow('Draft. Be exact.') }]],
    ['an opinion', [[{ agent: {}, score: 6, credit: [blame('Be exact.', -2, { method: 'opinion', standardError: null })] }], {}, system('You are kind.')]],
    ['a measurement within its error', [[{ agent: {}, score: 6, credit: [blame('Be exact.', -2, { standardError: 1 })] }], {}, system('You are kind.')]],
    ['a part that a later measurement cleared', [[{ agent: {}, score: 6, credit: [blame(capitals, 3)] }, { agent: {}, score: 6, credit: [blame(capitals, 0)] }], {}, system(`You are kind. Be exact. ${capitals}`)]],
  ])('%s', (_, [versions, from, to]) => {
    expect(repeats(versions, from, to)).toEqual([]);
  });
});
