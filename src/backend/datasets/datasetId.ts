import { datasetIdSchema, type DatasetId } from '../../protocol/ids.ts';
import { isIdTaken } from '../store/datasets.ts';
import type { Store } from '../store/db.ts';

/** An id that tells which dataset it is: the name as far as an id can carry it, with a number where it is taken. */
export function datasetIdOf(store: Store, name: string): DatasetId {
  const slug = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48);
  const base = slug === '' ? 'dataset' : slug;
  for (let number = 1; ; number++) {
    const id = datasetIdSchema.parse(number === 1 ? `ds_${base}` : `ds_${base}-${String(number)}`);
    if (!isIdTaken(store, id)) return id;
  }
}
