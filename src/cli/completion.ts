import { z } from 'zod';
import { usageError } from '../protocol/errors.ts';
import { defineCommand } from './command.ts';
import { completionTree } from './completionTree.ts';
import { captureLog } from './output.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
const shellSchema = z.enum(shells);

/** What the shells' scripts ask with: `training completion complete -- WORDS`. */
const request = 'complete';

export const completionCommand = defineCommand({
  name: 'completion',
  summary: 'Print the script that makes a shell complete this command line',
  details:
    'Reads nothing and writes nothing. `training` must be on the PATH. Load the script with\n' +
    '  bash        source <(training completion bash)\n' +
    '  zsh         source <(training completion zsh)\n' +
    '  fish        training completion fish | source\n' +
    '  powershell  training completion powershell | Out-String | Invoke-Expression',
  args: [
    { name: 'shell', description: shells.join(', '), isRequired: true },
    { name: 'words', description: 'what was typed so far; the scripts pass it', isVariadic: true },
  ],
  examples: ['training completion bash', 'training completion zsh >> ~/.zshrc'],
  input: z.object({ shell: z.string(), words: z.array(z.string()).default([]) }),
  result: z.object({ text: z.string().describe('The script; or, asked by a script, one suggestion per line.') }),
  run: async (_context, { shell, words }) => {
    const { commands } = await import('./commands.ts');
    const tree = completionTree(commands);
    if (shell === request) return { text: captureLog(() => tree.parse(words)) };
    const parsed = shellSchema.safeParse(shell);
    if (!parsed.success) throw usageError('unknown_shell', `There is no completion for the shell “${shell}”.`, { hint: `Known are ${shells.join(', ')}.` });
    return { text: captureLog(() => tree.setup('training', 'training completion', parsed.data)) };
  },
  print: (result, out) => out.line(result.text),
});
