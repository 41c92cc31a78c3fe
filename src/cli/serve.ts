import { z } from 'zod';
import { serveResultSchema } from '../protocol/inference.ts';
import { usualLimits } from '../backend/inference/front/front.ts';
import { defineCommand } from './command.ts';
import { plainText } from '../common/plainText.ts';

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'Serve this machine’s models and adapters to programs that speak OpenAI’s protocol',
  details:
    'Listens on 127.0.0.1 alone and answers who sends the token that it prints. Web pages are refused. Ends with Ctrl-C.\n' +
    'Reads models of this machine and adapters of the workspace; each adapter is a model of its own, as name@version,\n' +
    'or by its id where two agents have the same. Writes nothing.',
  options: [
    { flags: '--port <n>', description: 'a port (default: any that is free)' },
    { flags: '--answer-limit <seconds>', description: `longest time of one answer, waiting for its turn not counted (default: ${String(usualLimits.answerMs / 1000)})` },
  ],
  examples: ['training serve', 'training serve --port 8123 --json'],
  input: z.object({
    port: z.coerce.number().int().min(0).max(65_535).default(0),
    answerLimit: z.coerce.number().positive().max(86_400).optional(),
  }),
  result: serveResultSchema,
  isStream: true,
  run: async ({ services, out, signal }, { port, answerLimit }) => {
    const front = await services.serve({ port, answerSeconds: answerLimit ?? null });
    try {
      const { url, token, models } = front;
      out.json({ url, token, models });
      out.line(`${out.color.bold(url)}\nAPI key ${token}`);
      for (const model of models) out.line(`  ${plainText(model)}`);
      out.note('Ctrl-C ends it.');
      await untilAborted(signal);
      return { url, token, models };
    } finally {
      await front.close();
    }
  },
  print: () => undefined,
});

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
