import type { Estimate, TrainingConfig, TrainingMethod } from '../../protocol/runs.ts';
import type { BaseModel } from '../models/identity.ts';
import { stepsPerPass } from './enoughSteps.ts';

/** What an earlier run of the same base model measured. */
export interface EarlierRun {
  method: TrainingMethod | null;
  device: string | null;
  /** Over the whole run, so that epochs with and without a prefix cache count as they came. */
  tokensPerSecond: number | null;
  /** Loading, fitting, validating and saving, and the reference of preferences: what was not spent in steps. */
  overheadSeconds: number | null;
  lastLayers: number | null;
  /** Exact tokens of an epoch over the estimate that was made for it; null where it is not known. */
  tokenRatio: number | null;
}

export interface EstimateInit {
  config: TrainingConfig;
  model: BaseModel;
  /** Estimated tokens of the training split, rows over maxLength as `overlong` treats them. */
  tokensPerEpoch: number;
  earlier: readonly EarlierRun[];
  /** Memory of the device that would be used, or null when it is not known. */
  available: Estimate['comparedWith'];
}

/** What a run is likely to take. `tokens` counts every pass; local training costs nothing. */
export function estimateRun(init: EstimateInit): Estimate {
  const { config, model } = init;
  const alike = init.earlier.filter((run) => run.method === config.method);
  const perEpoch = Math.round(init.tokensPerEpoch * tokenRatio(alike));
  const stepsPerEpoch = stepsPerPass(perEpoch, config);
  const wanted = Math.max(1, Math.ceil(stepsPerEpoch * config.epochs));
  const steps = config.maxSteps === null ? wanted : Math.min(wanted, config.maxSteps);
  const tokens = Math.round((perEpoch / stepsPerEpoch) * steps);
  const speed = expectedSpeed(init);
  const memoryBytes = memoryOf(config, model);
  const reference = speed === null || config.method !== 'dpo' || alike.length > 0 ? 0 : referenceSeconds(perEpoch, speed, init);
  return {
    tokens,
    steps,
    seconds: speed === null ? null : Math.round((tokens / speed + reference + overhead(alike.length > 0 ? alike : init.earlier)) * 10) / 10,
    memoryBytes,
    fits: init.available === null ? null : memoryBytes <= init.available.bytes,
    comparedWith: init.available,
    costUsd: 0,
  };
}

/** The index estimates tokens from characters; earlier runs of the tokenizer say how far off that is. */
function tokenRatio(earlier: readonly EarlierRun[]): number {
  const ratios = earlier.flatMap((run) => (run.tokenRatio === null ? [] : [run.tokenRatio])).sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? 1;
}

/** A forward pass over each token of the split, before the first step: its share of a step's work. */
function referenceSeconds(tokens: number, speed: number, { config, model }: EstimateInit): number {
  return ((tokens / speed) * 2) / work(config.lora.lastLayers, model.shape.layers);
}

function overhead(earlier: readonly EarlierRun[]): number {
  return earlier.find((run) => run.overheadSeconds !== null)?.overheadSeconds ?? 0;
}

/**
 * Tokens per second as the newest earlier run on the device reached it, scaled by work: a frozen layer costs a forward
 * pass (2 FLOP per parameter and token), one at or above the first adapter a backward pass as well (4), as frozen
 * weights get no gradient of their own.
 */
function expectedSpeed(init: EstimateInit): number | null {
  const wanted = init.config.device;
  const found = init.earlier.find((run) => run.tokensPerSecond !== null && (wanted === 'auto' || run.device === wanted || (run.device ?? '').startsWith(`${wanted}:`)));
  if (found?.tokensPerSecond === undefined || found.tokensPerSecond === null) return null;
  const { layers } = init.model.shape;
  return (found.tokensPerSecond * work(found.lastLayers, layers)) / work(init.config.lora.lastLayers, layers);
}

/** FLOP per parameter and token. */
function work(lastLayers: number | null, layers: number): number {
  return 2 + 2 * ((lastLayers ?? layers) / layers);
}

const runtimeBytes = 700 * 1024 ** 2;
const adapterBytesPerParameter = 16;

/**
 * Memory of training: weights, adapter, activations and the process itself.
 *
 * - weights: parameters × 4 bytes in fp32, 2 in bf16;
 * - adapter: 16 bytes per parameter, fp32 weight, gradient and AdamW's two moments (Rajbhandari et al., "ZeRO", section 3.1,
 *   without its half-precision copies);
 * - activations: what autograd keeps of a decoder layer per token, counted as in Korthikanti et al., "Reducing Activation
 *   Recomputation in Large Transformer Models", section 4.1, for a gated MLP, attention that never stores its matrix, no
 *   dropout, and frozen weights: two norms' inputs and outputs (4 h), q, k, v and attention's output, and gate, up, the
 *   activation and the product (4 i). With checkpointing one h per layer and one layer's activations. Layers below the
 *   first adapter keep nothing;
 * - the loss: a chunk of logits in fp32, 256 tokens wide;
 * - the process: about 700 MB for Python with torch and transformers.
 */
export function memoryOf(config: TrainingConfig, model: BaseModel): number {
  const { shape, identity } = model;
  const elementBytes = config.precision === 'bf16' ? 2 : 4;
  const trainedLayers = Math.min(config.lora.lastLayers ?? shape.layers, shape.layers);
  const tokens = config.microBatchTokens ?? config.tokensPerStep;
  const width = 4 * shape.hiddenSize + (2 * shape.heads + 2 * shape.keyValueHeads) * shape.headSize + 4 * shape.intermediateSize;
  const perToken = config.gradientCheckpointing === 'on' ? trainedLayers * shape.hiddenSize + width : trainedLayers * width;
  const logits = 256 * identity.vocabularySize * 4;
  return Math.round(
    identity.parameters * elementBytes + adapterParameters(config, model) * adapterBytesPerParameter + tokens * perToken * elementBytes + 2 * logits + runtimeBytes,
  );
}

/** Parameters of the adapter: rank × (inputs + outputs) for each linear layer that it sits on. */
export function adapterParameters(config: TrainingConfig, model: BaseModel): number {
  const { rank, lastLayers, targetModules } = config.lora;
  const firstLayer = lastLayers === null ? 0 : model.shape.layers - lastLayers;
  return model.linearModules.reduce((sum, module) => {
    const isTarget = targetModules === 'all-linear' ? module.layer !== null : targetModules.some((name) => module.name === name || module.name.endsWith(`.${name}`));
    const isInReach = module.layer === null || module.layer >= firstLayer;
    return isTarget && isInReach ? sum + rank * (module.inputs + module.outputs) : sum;
  }, 0);
}
