import path from 'node:path';
import { z } from 'zod';
import { importSessionResultSchema } from '../../protocol/sessionResults.ts';
import { defineCommand } from '../command.ts';
import { printState } from './describe.ts';

export const sessionImportCommand = defineCommand({
  name: 'session import',
  summary: 'Take in a session from its file, made here or elsewhere',
  details: 'docs/sessionFile.md describes the file. What is wrong in it is named by its place; nothing of it is executed.',
  args: [{ name: 'file', description: 'a session’s JSON file', isRequired: true }],
  options: [{ flags: '--as-copy', description: 'as a session of its own, where one with its id is here with another content' }],
  examples: ['training session import CodeAgents/camp/se_20260101-120000-abcdefgh.json', 'training session import ../other/session.json --as-copy'],
  input: z.object({ file: z.string().min(1), asCopy: z.boolean().default(false) }),
  result: importSessionResultSchema,
  run: async ({ services }, { file, asCopy }) => await Promise.resolve(services.camp.import(path.resolve(file), { asCopy })),
  print: (result, out) => {
    if (!result.isNew) out.line('The session is here already, with the same content.');
    printState(result, out);
  },
});
