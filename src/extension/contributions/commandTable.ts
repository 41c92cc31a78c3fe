/**
 * Every command of the extension: what package.json says of it. Handlers are in `commands/`, one for each id; a missing
 * one does not compile. `npm run generate` writes the table into package.json, and a test holds the two equal.
 */
export interface CommandEntry {
  title: string;
  /** A codicon's name, for buttons. */
  icon?: string;
  /** When it can be used at all, as a `when` clause. */
  enablement?: string;
  /** Where it stands beside the palette. */
  menus?: readonly MenuPlace[];
  /** In the palette unless false; a string is a `when` clause. */
  palette?: boolean | string;
  keybinding?: { key: string; mac?: string; when: string };
}

export interface MenuPlace {
  menu: 'view/title' | 'view/item/context' | 'editor/title' | 'editor/context' | 'explorer/context';
  when: string;
  group: string;
}

/**
 * A button in a row of a tree, and its place in the row's menu. `kinds` is a pattern for the beginning of the row’s
 * contextValue, which is its kind and its state: `run (starting|running)`.
 */
export function onRows(view: string, kinds: string, options: { inline?: number; group?: string } = {}): MenuPlace[] {
  const when = `view == ${view} && viewItem =~ /^(${kinds})\\b/`;
  return [
    ...(options.inline === undefined ? [] : [{ menu: 'view/item/context' as const, when, group: `inline@${options.inline}` }]),
    { menu: 'view/item/context' as const, when, group: options.group ?? '1_main' },
  ];
}

/** A button in a view's title. */
export function inTitle(view: string, place: number): MenuPlace {
  return { menu: 'view/title', when: `view == ${view}`, group: `navigation@${place}` };
}

/** In the menu of a dataset’s file, in the explorer and in its editor. */
export function onDataFiles(): MenuPlace[] {
  const when = `isWorkspaceTrusted && resourceScheme == file && resourceFilename =~ /\\.(jsonl|ndjson|json|csv|tsv|parquet|txt)(\\.gz)?$/i`;
  return [
    { menu: 'explorer/context', when, group: '7_trainingCamp' },
    { menu: 'editor/context', when, group: '7_trainingCamp' },
  ];
}
