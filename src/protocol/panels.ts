import { z } from 'zod';
import type { Progress } from './contract.ts';

/**
 * Messages between a panel's webview and the extension. A webview is not trusted: what it sends is parsed, and it calls
 * only methods whose `callers` name its panel. What it cannot do through the backend it asks of the
 * editor (`act`): one of the actions of its panel (panelKinds.ts), with the panel's own subject where it names no other.
 */

export const fromWebviewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('request'), id: z.int().nonnegative(), method: z.string().max(100), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int().nonnegative() }),
  z.object({ type: z.literal('act'), action: z.string().max(100), argument: z.string().max(500).nullable().optional().describe('Null for none, absent for the panel’s subject.') }),
  /** A source file of the subject at a line, which counts from 1. Only what lies in the workspace is opened. */
  z.object({ type: z.literal('openSource'), file: z.string().min(1).max(4000), line: z.int().positive().max(1_000_000_000) }),
  z.object({ type: z.literal('entitle'), title: z.string().min(1).max(200) }),
  z.object({ type: z.literal('save'), name: z.string().regex(/^[\w.-]{1,100}$/), base64: z.string().max(40_000_000) }),
]);
export type FromWebview = z.infer<typeof fromWebviewSchema>;

/** Numbers of an envelope on their way into a webview: `data` is an ArrayBuffer instead of base64. */
export type ToWebview =
  /** `page` is the part of the panel that was asked for; null leaves what it shows. */
  | { type: 'subject'; subject: string; page: string | null }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; error: { code: string; message: string; hint?: string } }
  /** How far a request is whose method has progress. */
  | { type: 'progress'; id: number; progress: Progress }
  /** Newest state of what changed; while the panel is hidden only the last is kept. */
  | { type: 'changed'; changes: { topic: string; id: string | null }[] };
