import path from 'node:path';
import type { AdapterShowResult, AdapterSummary } from '../../protocol/adapters.ts';
import { failure, needsConfirmation, notFound, usageError } from '../../protocol/errors.ts';
import { adapterIdSchema } from '../../protocol/ids.ts';
import { moveToTrash } from '../platform/trash.ts';
import { preferenceFigures } from '../runs/preferenceFigures.ts';
import { adapterProvenance, findAdapter, listAdapters, listAdapterTests, markAdapterRemoved } from '../store/adapters.ts';
import { located, type AdapterPlace } from './register.ts';

/** Less says too little about what is meant. */
const shortestBeginning = 4;

/**
 * An adapter by its id or the beginning of it, by its run's id, by its name, of which the newest version is meant
 * (`name@2` is the second), or `latest`.
 */
export function requireAdapter(place: AdapterPlace, nameOrId: string): AdapterSummary {
  return located(place, findByAnyName(place, nameOrId));
}

/** Every adapter, newest first. */
export function allAdapters(place: AdapterPlace): AdapterSummary[] {
  return listAdapters(place.store).map((adapter) => located(place, adapter));
}

function findByAnyName(place: AdapterPlace, nameOrId: string): AdapterSummary {
  const id = adapterIdSchema.safeParse(nameOrId);
  const byId = id.success ? findAdapter(place.store, id.data) : null;
  if (byId !== null) return byId;
  const all = listAdapters(place.store);
  const [name, version] = splitVersion(nameOrId);
  const found = all.filter((adapter) => adapter.runId === nameOrId || adapter.name === nameOrId || (adapter.name === name && adapter.version === version));
  const [first] = found.sort((a, b) => b.version - a.version);
  if (first === undefined) {
    const [newest] = all;
    if (nameOrId === 'latest' && newest !== undefined) return newest;
    const [only, ...others] = nameOrId.length < shortestBeginning ? [] : all.filter((adapter) => adapter.id.startsWith(nameOrId) || adapter.id.startsWith(`ad_${nameOrId}`));
    if (only !== undefined && others.length === 0) return only;
    throw notFound('adapter_not_found', `There is no adapter “${nameOrId}”.`, { hint: 'training adapter list shows them.' });
  }
  if (new Set(found.map((adapter) => adapter.agent)).size > 1) {
    throw usageError('adapter_ambiguous', `Several agents have an adapter “${nameOrId}”.`, { hint: `Name one by its id: ${found.map((adapter) => adapter.id).join(', ')}` });
  }
  return first;
}

export function showAdapter(place: AdapterPlace, nameOrId: string): AdapterShowResult {
  const adapter = requireAdapter(place, nameOrId);
  const provenance = adapterProvenance(place.store, adapter.id);
  if (provenance === null) throw new Error(`adapter ${adapter.id} has no provenance`);
  const preference = adapter.runId !== null && provenance.method === 'dpo' ? preferenceFigures(place.store, adapter.runId) : null;
  return { adapter, provenance, preference, tests: listAdapterTests(place.store, adapter.id) };
}

/** Moves an adapter's files to the trash and forgets it. Refused while it is deployed. */
export async function removeAdapter(place: AdapterPlace, nameOrId: string, isConfirmed: boolean): Promise<{ adapter: AdapterSummary; trash: string }> {
  const adapter = requireAdapter(place, nameOrId);
  if (adapter.state === 'deployed') {
    throw failure('adapter_deployed', `The adapter ${adapter.id} is deployed to ${adapter.agent ?? 'an agent'}.`, { hint: 'Roll it back first.' });
  }
  if (!isConfirmed) {
    throw needsConfirmation('confirm_adapter_remove', `This moves the adapter ${adapter.id} (${adapter.name}, version ${String(adapter.version)}) to the trash.`, { hint: 'Add --yes.' });
  }
  // The row goes first: a row without files would offer an adapter that cannot load.
  markAdapterRemoved(place.store, adapter.id);
  const stamp = place.store.clock.now().toISOString().replace(/[-:.]/g, '');
  const trash = await moveToTrash(path.join(place.workspace.adapters, adapter.id), place.workspace.trash, stamp);
  return { adapter, trash };
}

function splitVersion(text: string): [string, number | undefined] {
  const at = text.lastIndexOf('@');
  if (at < 1) return [text, undefined];
  const version = Number(text.slice(at + 1));
  return [text.slice(0, at), Number.isInteger(version) ? version : undefined];
}
