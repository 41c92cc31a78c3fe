/** Where a text is worth the search for secrets, told by a pass over its bytes that is made anyway. */
export interface SecretSigns {
  /** There are `longTokenUnits` letters, digits, hyphens and underscores of ASCII in a row. */
  hasLongToken: boolean;
  /** Something is bound to a name such as password, or an address names a user. */
  hasBinding: boolean;
}

export const longTokenUnits = 20;

/** Looks at the places where a long token would have to be, and leaps over the others. */
export function holdsLongToken(bytes: Uint8Array, size: number): boolean {
  let from = 0;
  while (from + longTokenUnits <= size) {
    let at = from + longTokenUnits - 1;
    while (at >= from && isOfToken[bytes[at] ?? 0] === 1) at -= 1;
    if (at < from) return true;
    from = at + 1;
  }
  return false;
}

/** Whether the colon or equals sign at a place may bind a secret. Looks at the end of the name only: the search knows it whole. */
export function bindsSecret(bytes: Uint8Array, at: number, size: number): boolean {
  if (bytes[at + 1] === slash && bytes[at + 2] === slash && namesUser(bytes, at + 3, size)) return true;
  let end = at - 1;
  while (end >= 0 && (bytes[end] ?? 0) <= blank) end -= 1;
  if (bytes[end] === quote || bytes[end] === apostrophe) end -= 1;
  if (bytes[end] === backslash) end -= 1;
  if (end < 2) return false;
  // The last three letters of password, passwd, pwd, secret, key, token and sig, small as by their bit.
  switch (((bytes[end - 2] ?? 0) << 16) | ((bytes[end - 1] ?? 0) << 8) | (bytes[end] ?? 0) | 0x20_20_20) {
    case 0x6f_72_64:
    case 0x73_77_64:
    case 0x70_77_64:
    case 0x72_65_74:
    case 0x73_69_67:
      return true;
    // A key or token is a secret only with a word before it, as in api_key.
    case 0x6b_65_79:
      return isOfToken[bytes[end - 3] ?? 0] === 1;
    case 0x6b_65_6e:
      return isOfToken[bytes[end - 5] ?? 0] === 1;
    default:
      return false;
  }
}

function namesUser(bytes: Uint8Array, from: number, size: number): boolean {
  for (let at = from; at < size; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte <= blank || byte === slash) return false;
    if (byte === atSign) return true;
  }
  return false;
}

const blank = 32;
const quote = 34;
const apostrophe = 39;
const slash = 47;
const atSign = 64;
const backslash = 92;
/** 1 for the bytes of a long token. */
const isOfToken = Uint8Array.from({ length: 256 }, (_value, code) => Number(/[A-Za-z0-9_-]/.test(String.fromCharCode(code))));
