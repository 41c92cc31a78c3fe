import type { MethodName, Result } from '../../protocol/contract.ts';

/** Envelopes travel into a webview as ArrayBuffers: they are copied as bytes and not parsed as text. */
export function withBuffers(method: MethodName, result: unknown): unknown {
  if (method !== 'runs/envelopes') return result;
  const { series, ...rest } = result as Result<'runs/envelopes'>;
  return { ...rest, series: series.map(({ data, ...one }) => ({ ...one, data: toArrayBuffer(data) })) };
}

function toArrayBuffer(base64: string): ArrayBuffer {
  const bytes = Buffer.from(base64, 'base64');
  // Its own bytes only: a small buffer lies in a pool with others.
  return new Uint8Array(bytes).buffer;
}
