import { z } from 'zod';
import { lineageLabelSchema, lineageLabels } from '../../protocol/camp.ts';
import { sessionReferenceSchema } from '../../protocol/sessionRequests.ts';
import type { ArgumentSpec, OptionSpec } from '../command.ts';

/** What commands of sessions have in common. */

export const sessionArgument: ArgumentSpec = { name: 'session', description: 'a session’s id, the beginning of it, or its name', isRequired: true };
export const session = sessionReferenceSchema;

export const lineageArgument: ArgumentSpec = { name: 'lineage', description: 'A, B, C or D', isRequired: true };
export const lineageOption: OptionSpec = { flags: '--lineage <label>', description: 'A, B, C or D', choices: lineageLabels };

/** Small letters are taken too. */
export const lineage = z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), lineageLabelSchema);

/** Whole numbers as people count inputs. */
export const inputNumber = z.string().regex(/^[1-9]\d{0,3}$/, 'is the number of an input, such as 1').transform(Number);

/** A score is a whole number from 1 to 10, written as one. */
export const score = z.string({ error: 'is missing: a whole number from 1 to 10' }).regex(/^(?:[1-9]|10)$/, 'is a whole number from 1 to 10').transform(Number);
