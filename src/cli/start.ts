import { z } from 'zod';
import { count, duration, memory } from '../common/figures.ts';
import { usageError } from '../protocol/errors.ts';
import { jobPrioritySchema } from '../protocol/jobs.ts';
import type { RunState } from '../protocol/runs.ts';
import { startResultSchema, type StartResult } from '../protocol/runResults.ts';
import { defineCommand, type CommandContext } from './command.ts';
import { followRun } from './followRun.ts';
import type { Output } from './output.ts';
import { printPairs, runLine, stateText, warnOfWorker } from './runFormat.ts';
import { version } from '../backend/version.ts';

const name = z.string().min(1);
const input = z.object({
  dataset: z.string({ error: 'is missing: name a dataset, see training datasets' }).min(1),
  evalDataset: name.optional(),
  model: name.optional(),
  method: name.optional(),
  agent: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'takes letters, digits, dash and underscore').optional(),
  profile: name.optional(),
  campaign: name.optional(),
  config: name.optional(),
  set: z.array(z.string()).default([]),
  epochs: name.optional(),
  maxSteps: name.optional(),
  lr: name.optional(),
  rank: name.optional(),
  device: name.optional(),
  seed: name.optional(),
  priority: jobPrioritySchema.default('normal'),
  provider: name.optional(),
  follow: z.boolean().default(false),
  plan: z.boolean().default(false),
});
type Input = z.output<typeof input>;

export const startCommand = defineCommand({
  name: 'start',
  summary: 'Queue a training run and return at once',
  details:
    'Reads the dataset, the base model, CodeAgents/models, CodeAgents/campaigns and CodeAgents/training.config.json.\n' +
    'Writes .training/runs/<run> and a job in the queue. With --plan it shows everything and writes nothing.',
  options: [
    { flags: '-d, --dataset <dataset>', description: 'dataset to train on, by name or id; name@2 is its version 2' },
    { flags: '--eval-dataset <dataset>', description: 'dataset whose validation split chooses the checkpoint' },
    { flags: '-m, --model <model>', description: 'base model: the built-in one, a folder, or owner/name in the hub’s cache' },
    { flags: '--method <method>', description: 'how to train', choices: ['sft', 'dpo'] },
    { flags: '--agent <agent>', description: 'agent that the adapter is for' },
    { flags: '--profile <profile>', description: 'a file of CodeAgents/models' },
    { flags: '--campaign <campaign>', description: 'a file of CodeAgents/campaigns' },
    { flags: '--config <file>', description: 'YAML or JSON with training options' },
    { flags: '--set <key=value...>', description: 'one training option, such as lora.rank=8; docs/configuration.md lists them' },
    { flags: '--epochs <n>', description: 'passes over the training split' },
    { flags: '--max-steps <n>', description: 'ends after so many steps' },
    { flags: '--lr <rate>', description: 'peak learning rate' },
    { flags: '--rank <n>', description: 'rank of the adapter' },
    { flags: '--device <device>', description: 'auto, cpu, mps, cuda or cuda:N' },
    { flags: '--seed <n>', description: 'order of the rows and initial adapter weights' },
    { flags: '--priority <priority>', description: 'place in the queue', choices: ['high', 'normal', 'low'] },
    { flags: '--provider <provider>', description: 'where to train; only local yet', choices: ['local'] },
    { flags: '--follow', description: 'show the run until it ends; Ctrl-C stops showing, not the run' },
    { flags: '--plan', description: 'show configuration and estimate, start nothing' },
  ],
  examples: ['training start --dataset bugs --follow', 'training start --dataset bugs --epochs 2 --lr 1e-3 --set lora.lastLayers=10', 'training start --dataset bugs --plan --json'],
  input,
  result: startResultSchema,
  run: async (context, values) => {
    const { services, signal } = context;
    if (values.provider !== undefined && values.provider !== 'local') {
      throw usageError('provider_unavailable', `Training at ${values.provider} is not available yet; local training is.`, { hint: 'Leave out --provider.' });
    }
    const request = toRequest(values);
    if (values.plan) return services.runs.plan(request, signal);
    const options = { agent: values.agent ?? null, priority: values.priority, startFrom: null, versions: { 'training-camp': version, node: process.versions.node } };
    const result = await services.runs.start(request, options, signal);
    return values.follow ? { ...result, state: await followStarted(context, result) } : result;
  },
  isStream: (values) => values.follow && !values.plan,
  print: printStart,
  exitCode: (result) => (result.state === 'failed' || result.state === 'interrupted' ? 1 : 0),
});

async function followStarted(context: CommandContext, result: StartResult): Promise<RunState> {
  const { out } = context;
  if (out.isJson) out.json(result);
  else printStart(result, out);
  const run = await followRun(context, result.runId ?? '');
  if (context.signal.aborted) {
    out.note(`Stopped showing; the run goes on. training status ${run.id} --follow`);
    return run.state;
  }
  out.line(`${stateText(run.state, out)}  ${runLine(run)}  in ${duration(run.seconds)}`);
  if (run.hint !== null) out.hint(run.hint);
  return run.state;
}

function toRequest(values: Input) {
  const flag = (key: string, value: string | undefined, where: string) => (value === undefined ? [] : [{ key, value, where, isText: true }]);
  return {
    dataset: values.dataset,
    evalDataset: values.evalDataset ?? null,
    model: values.model ?? null,
    profile: values.profile ?? null,
    campaign: values.campaign ?? null,
    configFile: values.config ?? null,
    entries: [
      ...values.set.map(toEntry),
      ...flag('method', values.method, '--method'),
      ...flag('epochs', values.epochs, '--epochs'),
      ...flag('maxSteps', values.maxSteps, '--max-steps'),
      ...flag('learningRate', values.lr, '--lr'),
      ...flag('lora.rank', values.rank, '--rank'),
      ...flag('device', values.device, '--device'),
      ...flag('seed', values.seed, '--seed'),
    ],
  };
}

function toEntry(text: string) {
  const at = text.indexOf('=');
  if (at <= 0) throw usageError('usage', `--set ${text}: expected key=value, such as lora.rank=8.`);
  return { key: text.slice(0, at).trim(), value: text.slice(at + 1), where: '--set', isText: true };
}

function printStart(result: StartResult, out: Output): void {
  const { estimate, dataset } = result;
  out.line(result.runId === null ? 'Plan: nothing was written.' : `${out.color.bold(result.runId)}  ${result.state ?? ''}  job ${result.jobId ?? ''}`);
  const rows: [string, string][] = [
    ['model', `${result.model}${result.profile === null ? '' : ` (profile ${result.profile})`}`],
    ['dataset', `${dataset.name}@${dataset.version}: ${count(dataset.train)} rows to train on, ${count(dataset.validation)} to validate`],
    ['estimate', `${count(estimate.tokens)} tokens, ${count(estimate.steps)} steps, ${estimate.seconds === null ? 'time not known before a first run' : duration(estimate.seconds)}`],
    ['memory', `${memory(estimate.memoryBytes)}${fitText(estimate)}`],
  ];
  const changed = Object.entries(result.configSources).filter(([, layer]) => layer !== 'default');
  for (const [key, layer] of changed) {
    const reason = result.configReasons[key];
    rows.push([key, `${JSON.stringify(lookUp(result.config, key))}  (${layer}${reason === undefined ? '' : `, ${reason}`})`]);
  }
  printPairs(out, rows);
  if (estimate.fits === false) out.warn('the estimate is larger than the memory that there is; the fit check will use smaller batches or refuse');
  if (result.workerProblem !== null) warnOfWorker(out, result.workerProblem);
  if (result.runId !== null) out.note(`training status ${result.runId} --follow`);
}

function fitText({ fits, comparedWith }: StartResult['estimate']): string {
  if (comparedWith === null) return ', not compared: the memory of the device is not known';
  return `, ${fits === true ? 'fits in' : 'does not fit in'} ${memory(comparedWith.bytes)} of ${comparedWith.memory === 'gpu' ? 'the GPU' : 'this machine'}`;
}

function lookUp(config: StartResult['config'], key: string): unknown {
  let value: unknown = config;
  for (const part of key.split('.')) value = typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === part)?.[1] : undefined;
  return value;
}
