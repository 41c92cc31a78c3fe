import type { KeepsAnswers } from '../../../src/backend/providers/keeper/answerKeeper.ts';

/** Calls that this process makes itself: nothing of theirs is kept. */
export const plainCalls: KeepsAnswers = { call: () => ({ fetch, settle: () => undefined }), forget: () => undefined };
