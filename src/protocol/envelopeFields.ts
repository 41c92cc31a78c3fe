/** Numbers per bucket in an envelope's data (envelopes.ts), column after column: step, seconds since the epoch, minimum, maximum, mean. */
export const envelopeFields = ['step', 'time', 'min', 'max', 'mean'] as const;
