import { z } from 'zod';

/** Any JSON value, as it came from a file. Untrusted. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const jsonSchema: z.ZodType<Json> = z.json();
