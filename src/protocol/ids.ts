import { z } from 'zod';

/**
 * Ids are made by us, appear in paths, and carry neither a separator nor a colon.
 * The pattern is also the guard against path traversal: parse before joining a path.
 */
const idPattern = /^[a-z][a-z0-9]*_[a-z0-9][a-z0-9-]{0,63}$/;

function idSchema<const Kind extends string>(prefix: string) {
  return z
    .string()
    .regex(idPattern, `expected an id like ${prefix}_20260101-120000-abcd`)
    .refine((value) => value.startsWith(`${prefix}_`), `expected an id that starts with ${prefix}_`)
    .brand<Kind>();
}

export const runIdSchema = idSchema<'run'>('run');
export const jobIdSchema = idSchema<'job'>('job');
export const attemptIdSchema = idSchema<'attempt'>('att');
export const datasetIdSchema = idSchema<'dataset'>('ds');
export const adapterIdSchema = idSchema<'adapter'>('ad');
export const sessionIdSchema = idSchema<'session'>('se');
export const inputIdSchema = idSchema<'input'>('in');
export const executionIdSchema = idSchema<'execution'>('ex');
export const artifactIdSchema = idSchema<'artifact'>('ar');
export const evaluationIdSchema = idSchema<'evaluation'>('ev');
export const evolutionIdSchema = idSchema<'evolution'>('eo');

export type RunId = z.infer<typeof runIdSchema>;
export type JobId = z.infer<typeof jobIdSchema>;
export type AttemptId = z.infer<typeof attemptIdSchema>;
export type DatasetId = z.infer<typeof datasetIdSchema>;
export type AdapterId = z.infer<typeof adapterIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;
export type InputId = z.infer<typeof inputIdSchema>;
