/** Bytes as base64; in pieces, since a call takes only so many arguments. */
export function toBase64(bytes: Uint8Array): string {
  const piece = 0x8000;
  let binary = '';
  for (let start = 0; start < bytes.length; start += piece) binary += String.fromCharCode(...bytes.subarray(start, start + piece));
  return btoa(binary);
}
