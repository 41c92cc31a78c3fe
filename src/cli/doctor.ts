import { z } from 'zod';
import { counted } from '../common/figures.ts';
import { plainText } from '../common/plainText.ts';
import { needsConfirmation } from '../protocol/errors.ts';
import { doctorResultSchema, type DoctorResult } from '../protocol/setup.ts';
import { defineCommand, type CommandContext } from './command.ts';
import { startProgress } from './progress.ts';
import { setUpWithProgress } from './setup.ts';

type Fixed = DoctorResult['fixed'];

/** What the set-up brings. */
const ofSetup: ReadonlySet<string> = new Set(['environment', 'torch', 'model']);

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Look at everything that training needs on this machine',
  details:
    'Reads the data folder and the workspace, runs a real kernel on the device, changes nothing. Exits with 1 when something is an error.\n' +
    'With --fix it sets up what is missing, as training setup does, and replaces a damaged or foreign database: the old file goes to\n' +
    '.training/trash, the newest backup that verifies in its place, and the index is completed from the folders. It says what is lost and asks for --yes.',
  options: [{ flags: '--fix', description: 'repair what can be repaired' }],
  examples: ['training doctor', 'training doctor --json', 'training doctor --fix --yes'],
  input: z.object({ fix: z.boolean().default(false) }),
  result: doctorResultSchema,
  run: async (context, { fix }) => {
    const found = await look(context);
    if (!fix || found.ok) return found;
    const fixed = await repair(context, found);
    return fixed.length === 0 ? found : { ...(await look(context)), fixed };
  },
  print: (result, out) => {
    const marks = { ok: out.color.green('ok     '), warning: out.color.yellow('warning'), error: out.color.red('error  ') };
    for (const { id, message } of result.fixed) out.line(`${out.color.green('fixed  ')} ${id.padEnd(14)} ${plainText(message)}`);
    for (const check of result.checks) {
      out.line(`${marks[check.status]} ${check.id.padEnd(14)} ${plainText(check.message)}`);
      if (check.hint !== null) out.line(`${' '.repeat(23)}${out.color.dim(plainText(check.hint))}`);
    }
  },
  exitCode: (result) => (result.ok ? 0 : 1),
});

async function look({ services, out, signal }: CommandContext): Promise<DoctorResult> {
  const progress = startProgress(out, 'looking');
  const result = await services.setup.examine({ workspace: services.workspace, signal });
  progress.done(`${result.checks.length} checks`);
  return result;
}

/** Repairs the errors that can be repaired. */
async function repair(context: CommandContext, { checks }: DoctorResult): Promise<Fixed> {
  const broken = new Set(checks.filter(({ status }) => status === 'error').map(({ id }) => id));
  const fixed: Fixed = [];
  if (broken.has('database')) fixed.push(...(await restoreDatabase(context)));
  const toSetUp = [...broken].filter((id) => ofSetup.has(id));
  if (toSetUp.length > 0) {
    const { services, out, signal } = context;
    await setUpWithProgress(services, { out, signal, useUv: false });
    fixed.push(...toSetUp.map((id) => ({ id, message: 'Set up anew.' })));
  }
  return fixed;
}

async function restoreDatabase({ services, signal, isConfirmed }: CommandContext): Promise<Fixed> {
  const plan = services.restore.plan();
  if (plan.problem === null) return [];
  const place = plan.backup === null ? 'nothing in its place' : `the backup of ${plan.backup.made} in its place`;
  if (!isConfirmed) {
    throw needsConfirmation('confirm_restore', `${plan.problem.message} This moves it to the trash and puts ${place}. ${plan.loses}`, { hint: 'Add --yes to do it.', details: plan });
  }
  const { trash, datasets, runs } = await services.restore.restore(signal);
  return [{ id: 'database', message: `The old file is in ${trash ?? ''}, ${place}; ${counted(datasets, 'dataset')} and ${counted(runs, 'run')} were read from their folders.` }];
}
