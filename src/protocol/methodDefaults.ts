import type { TrainingMethod } from './runs.ts';

/** Options by dotted key. */
type Options = Readonly<Record<string, unknown>>;

/** Where a method wants another value than the schema's default. */
const ofMethod: Record<TrainingMethod, Options> = {
  sft: {},
  dpo: { epochs: 1, learningRate: 5e-5 },
};

/** Recipes that were measured on the built-in model; `npm run bench -- dpo` repeats it. */
const ofBuiltInModel: Record<TrainingMethod, Options> = {
  sft: {},
  dpo: { epochs: 2, learningRate: 5e-4, 'lora.lastLayers': 10 },
};

/**
 * Fewer optimizer steps than this leave a preference where it was, whatever the reward accuracy says: where few rows make
 * few steps, passes are added. Measured with 12 to 96 pairs; of other models nothing is known.
 */
const fewestStepsOfBuiltInModel: Record<TrainingMethod, number> = { sft: 1, dpo: 24 };

export function fewestSteps(method: TrainingMethod, isBuiltInModel: boolean): number {
  return isBuiltInModel ? fewestStepsOfBuiltInModel[method] : 1;
}

/** The defaults of a method, between those of the schema and whatever a person wrote. */
export function methodDefaults(method: TrainingMethod, isBuiltInModel: boolean): Options {
  return isBuiltInModel ? { ...ofMethod[method], ...ofBuiltInModel[method] } : ofMethod[method];
}
