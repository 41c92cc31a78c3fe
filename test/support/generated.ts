import { z } from 'zod';
import { configKeys } from '../../src/protocol/configKeys.ts';
import { commands } from '../../src/cli/commands.ts';
import { contributes } from '../../src/extension/contributions/contributes.ts';
import { datasetRowSchema } from '../../src/protocol/datasets.ts';
import { trainerEventSchema } from '../../src/protocol/events.ts';
import { panelKinds } from '../../src/protocol/panelKinds.ts';
import { sessionDocumentSchema } from '../../src/protocol/camp.ts';
import { agentSchema } from '../../src/protocol/agents.ts';
import { drillSchema } from '../../src/protocol/drills.ts';
import { knownStepSchema } from '../../src/protocol/flowSteps.ts';
import { mcpFileSchema } from '../../src/protocol/mcp.ts';
import { campaignFileSchema, profileFileSchema, workspaceConfigSchema } from '../../src/protocol/trainingFiles.ts';
import { controlSchema, runFileSchema, trainingConfigSchema } from '../../src/protocol/runs.ts';
import { cliReference } from './cliReference.ts';
import { issueReference } from './issueReference.ts';

const panelEvent = 'onWebviewPanel:';

/**
 * package.json with what the extension contributes, from the tables of src/extension/contributions. A panel that was open
 * when the window was reloaded wakes the extension, which draws it again.
 */
export function withContributions(packageJson: string): string {
  const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(packageJson));
  const others = z.array(z.string()).parse(manifest['activationEvents']).filter((event) => !event.startsWith(panelEvent));
  const activationEvents = [...others, ...Object.keys(panelKinds).map((kind) => `${panelEvent}trainingCamp.${kind}`)];
  return `${JSON.stringify({ ...manifest, activationEvents, contributes: contributes() }, null, 2)}\n`;
}

const schemaFolder = 'src/protocol/schema';

/** Every file that is generated whole, by path: JSON Schemas of what the trainer reads and writes and of each command's result, docs/cli.md and docs/issues.md. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, schema: z.ZodType) => files.set(`${schemaFolder}/${name}.json`, render(schema));
  add('run-file', runFileSchema);
  add('control', controlSchema);
  add('event', trainerEventSchema);
  add('dataset-row', datasetRowSchema);
  add('training-config', trainingConfigSchema);
  add('profile', profileFileSchema);
  add('campaign', campaignFileSchema);
  add('workspace-config', workspaceConfigSchema);
  add('agent', agentSchema);
  add('drill', drillSchema);
  add('flow', z.array(knownStepSchema));
  add('mcp', mcpFileSchema);
  add('session', sessionDocumentSchema);
  for (const command of commands) add(`commands/${command.name.replaceAll(' ', '-')}`, command.result);
  files.set('docs/issues.md', issueReference());
  files.set('docs/cli.md', cliReference(commands));
  return files;
}

function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`;
}

const begin = '<!-- generated: options -->';
const end = '<!-- end of generated -->';

/** `docs/configuration.md` with its table of options made anew. */
export function withOptionsTable(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/configuration.md has lost the marks around its table');
  return `${document.slice(0, from + begin.length)}\n\n${optionsTable()}\n\n${document.slice(to)}`;
}

function optionsTable(): string {
  const rows = configKeys.map((entry) => `| \`${entry.key}\` | \`${JSON.stringify(entry.defaultValue)}\` | ${typeText(entry.schema)} | ${escape(entry.description)} |`);
  return ['| option | default | values | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const shapeSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  pattern: z.string().optional(),
});

function typeText(schema: z.ZodType): string {
  return escape(shapeText(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));
}

function shapeText(value: unknown): string {
  const shape = shapeSchema.parse(value);
  if (shape.anyOf !== undefined) return shape.anyOf.map(shapeText).join(' or ');
  if (shape.enum !== undefined) return shape.enum.map((item) => `\`${String(item)}\``).join(', ');
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const).replaceAll('"', '')}\``;
  if (shape.type === 'array') return 'list of names';
  const low = shape.exclusiveMinimum === undefined ? (shape.minimum === undefined ? '' : `${shape.minimum} ≤`) : `${shape.exclusiveMinimum} <`;
  // zod bounds every integer by what a double holds exactly: that is no limit worth a mention.
  const high = shape.maximum === undefined || shape.maximum >= Number.MAX_SAFE_INTEGER ? '' : `≤ ${shape.maximum}`;
  const name = shape.type === 'boolean' ? '`true`, `false`' : shape.type === 'null' ? '`null`' : (shape.type ?? 'any');
  return [low.startsWith(String(-Number.MAX_SAFE_INTEGER)) ? '' : low, name, high].filter((part) => part !== '').join(' ');
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
