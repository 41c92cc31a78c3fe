import type { ToolBox } from '../../../src/backend/agents/executor/tools/tool.ts';

/** A workspace without tools. */
export const noTools: ToolBox = { open: () => Promise.resolve([]), offered: () => Promise.resolve([]), dispose: () => Promise.resolve() };
