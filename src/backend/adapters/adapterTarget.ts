import path from 'node:path';
import type { AdapterSummary } from '../../protocol/adapters.ts';
import { failure } from '../../protocol/errors.ts';
import type { AdapterTarget } from '../providers/chatModels.ts';
import type { Workspace } from '../platform/workspace.ts';
import type { Store } from '../store/db.ts';
import { ggufName } from './adapterFolder.ts';
import { allAdapters, requireAdapter } from './shelf.ts';

interface Place {
  workspace: Workspace;
  presentStore: Store;
}

/** An adapter as the inference host takes it, by any of its names. */
export function adapterTarget({ workspace, presentStore: store }: Place, nameOrId: string): AdapterTarget {
  const adapter = requireAdapter({ workspace, store }, nameOrId);
  if (adapter.hasGguf) return targetOf(adapter);
  throw failure('adapter_without_gguf', `The adapter ${adapter.id} has no GGUF twin, which the inference host needs.`, {
    hint: 'Its base is of an architecture that the GGUF export does not cover; training adapter test measures it all the same.',
  });
}

/** Those that can answer, newest first. */
export function adapterTargets({ workspace, presentStore: store }: Place): AdapterTarget[] {
  return allAdapters({ workspace, store }).filter((adapter) => adapter.hasGguf).map(targetOf);
}

function targetOf(adapter: AdapterSummary): AdapterTarget {
  return { id: adapter.id, name: adapter.name, baseModel: adapter.baseModel, gguf: path.join(adapter.path, ggufName) };
}
