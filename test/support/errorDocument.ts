import { z } from 'zod';

/** What `--json` prints where a command fails. */
export const errorDocumentSchema = z.object({ error: z.looseObject({ code: z.string(), message: z.string() }) });
