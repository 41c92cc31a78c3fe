import { suggest } from '../../common/suggest.ts';
import type { DatasetFormat } from '../../protocol/datasets.ts';
import { usageError } from '../../protocol/errors.ts';
import type { Profile } from '../../protocol/profiles.ts';
import type { TrainingConfig, TrainingMethod } from '../../protocol/runs.ts';
import type { BaseModel } from '../models/identity.ts';
import type { TrainingData } from '../store/runDatasets.ts';

interface MethodNeeds {
  name: string;
  formats: ReadonlySet<DatasetFormat>;
  hint: string;
}

const needs: Record<TrainingMethod, MethodNeeds> = {
  sft: {
    name: 'supervised fine-tuning',
    formats: new Set(['openai_chat', 'openai_chat_tools', 'sharegpt', 'sharegpt_tools', 'alpaca', 'prompt_completion', 'text']),
    hint: 'It trains on chats, prompt and completion, instructions, or text. Preferences are trained with --method dpo.',
  },
  dpo: {
    name: 'preference optimisation',
    formats: new Set(['preference_strings', 'preference_messages']),
    hint: 'It needs a chosen and a rejected answer to each prompt. Chats and text are trained with --method sft.',
  },
};

/** The method for data of this format; null where none can train on it. */
export function methodOfData({ format }: TrainingData): TrainingMethod | null {
  if (needs.dpo.formats.has(format)) return 'dpo';
  return needs.sft.formats.has(format) ? 'sft' : null;
}

/** The profile's locked facts are the single source, so a model that differs from them is another model. */
export function checkProfile(profile: Profile, model: BaseModel): void {
  const facts: [string, string | number, string | number][] = [
    ['architecture', profile.locked.architecture, model.identity.architecture],
    ['vocabularySize', profile.locked.vocabularySize, model.identity.vocabularySize],
    ['contextLength', profile.locked.contextLength, model.identity.contextLength],
  ];
  for (const [key, expected, actual] of facts) {
    if (expected === actual) continue;
    throw usageError('profile_mismatch', `Profile ${profile.name} locks ${key} to ${expected}, but ${model.identity.id} has ${actual}.`, {
      hint: `Correct CodeAgents/models/${profile.name}.yaml, or use the model that it was made for.`,
      details: { key, expected, actual },
    });
  }
}

/** Adapters can only go where the model has linear layers, and its context bounds a document. */
export function checkAgainstModel(config: TrainingConfig, model: BaseModel): void {
  const { lora, maxLength } = config;
  if (maxLength > model.identity.contextLength) {
    throw usageError('max_length_too_long', `maxLength ${maxLength} is longer than the context of ${model.identity.id}, ${model.identity.contextLength} tokens.`, {
      hint: `Use --set maxLength=${model.identity.contextLength} or less.`,
    });
  }
  if (lora.lastLayers !== null && lora.lastLayers > model.shape.layers) {
    throw usageError('too_many_layers', `lora.lastLayers is ${lora.lastLayers}, but ${model.identity.id} has ${model.shape.layers} layers.`, {
      hint: 'Use null for all layers.',
    });
  }
  if (lora.targetModules === 'all-linear') return;
  const names = [...new Set(model.linearModules.map((module) => module.name.slice(module.name.lastIndexOf('.') + 1)))].sort();
  for (const target of lora.targetModules) {
    // PEFT's rule: a module is meant by its full name or by the end of it.
    if (model.linearModules.some((module) => module.name === target || module.name.endsWith(`.${target}`))) continue;
    const near = suggest(target, names);
    throw usageError('unknown_module', `${model.identity.id} has no linear layer “${target}”.`, {
      hint: near === null ? `It has: ${names.join(', ')}.` : `Did you mean “${near}”? It has: ${names.join(', ')}.`,
      details: { module: target, modules: names },
    });
  }
}

/** Rows must be there and of a kind that the method trains on. */
export function checkData(data: TrainingData, method: TrainingMethod): void {
  const { name, formats, hint } = needs[method];
  if (!formats.has(data.format)) {
    throw usageError('dataset_format', `Dataset ${data.name} has format ${data.format}, which ${name} can’t train on.`, { hint, details: { format: data.format, method } });
  }
  if (data.rows === 0) throw usageError('dataset_empty', `Dataset ${data.name} version ${data.version} has no rows.`);
  if (data.train === 0) {
    throw usageError('train_split_empty', `Dataset ${data.name} version ${data.version} has no row in its training split.`, {
      hint: 'Prepare it again with a larger share: --split train=0.8,validation=0.1,test=0.1',
    });
  }
}
