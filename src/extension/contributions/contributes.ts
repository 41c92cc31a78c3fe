import { allCommands } from './allCommands.ts';
import type { CommandEntry } from './commandTable.ts';
import { jsonValidation, yamlValidation } from './schemas.ts';
import { settingProperties } from '../../protocol/settings.ts';
import { containerId, views } from './views.ts';
import { walkthrough } from './walkthrough.ts';

const category = 'Training';

const isTrusted = 'isWorkspaceTrusted && workspaceFolderCount != 0';

/** What package.json contributes: made from the tables of this folder. Pure data: it is also read outside the editor. */
export function contributes(): Record<string, unknown> {
  const commands: [string, CommandEntry][] = Object.entries(allCommands);
  return {
    commands: commands.map(([command, { title, icon, enablement }]) => ({
      command,
      title,
      category,
      ...(icon === undefined ? {} : { icon: `$(${icon})` }),
      enablement: enablement === undefined ? isTrusted : `${isTrusted} && ${enablement}`,
    })),
    menus: menusOf(commands),
    keybindings: commands.flatMap(([command, { keybinding }]) => (keybinding === undefined ? [] : [{ command, ...keybinding }])),
    viewsContainers: { activitybar: [{ id: containerId, title: 'Training Camp', icon: 'media/activity.svg' }] },
    views: {
      [containerId]: views.map(({ id, name, icon, size, isCollapsed = false }, index) => ({
        id,
        name,
        icon: `$(${icon})`,
        contextualTitle: 'Training Camp',
        initialSize: size,
        // What is untrusted, and a window without a folder, shows the first view alone.
        ...(index === 0 ? {} : { when: isTrusted }),
        ...(isCollapsed ? { visibility: 'collapsed' } : {}),
      })),
    },
    viewsWelcome: welcomes(),
    jsonValidation,
    yamlValidation,
    configuration: { title: 'Training Camp', properties: settingProperties('trainingCamp.') },
    walkthroughs: [walkthrough],
  };
}

function menusOf(commands: readonly [string, CommandEntry][]): Record<string, unknown[]> {
  const menus: Record<string, unknown[]> = {};
  for (const [command, { menus: places = [], palette = true }] of commands) {
    for (const { menu, when, group } of places) (menus[menu] ??= []).push({ command, when, group });
    if (palette !== true) (menus['commandPalette'] ??= []).push({ command, when: palette === false ? 'false' : palette });
  }
  return menus;
}

/** An untrusted workspace and a window without a folder say so once, in the first view. */
function welcomes(): unknown[] {
  const [first] = views;
  const shared = [
    {
      view: first?.id,
      contents: 'This workspace is not trusted, so Training Camp starts no process, opens no database and reads no setting of it.\n[Manage Workspace Trust](command:workbench.trust.manage)',
      when: '!isWorkspaceTrusted',
    },
    { view: first?.id, contents: 'Training Camp keeps its data in a folder.\n[Open Folder](command:vscode.openFolder)', when: 'isWorkspaceTrusted && workspaceFolderCount == 0' },
  ];
  const own = views.flatMap(({ id, welcome }) =>
    welcome.map(({ text, when }) => ({ view: id, contents: text, when: when === undefined ? isTrusted : `${isTrusted} && ${when}` })),
  );
  return [...shared, ...own];
}
