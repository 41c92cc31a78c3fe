/** A key, password or token within a text. */
export interface Secret {
  /** What it seems to be, for people. */
  kind: string;
  /** Position of the secret itself, in UTF-16 units. */
  start: number;
  end: number;
  /** Its beginning and its length: enough to find it, too little to use it. */
  masked: string;
}

/**
 * Secrets in a text, in order, none overlapping another. By the forms that issuers document, and by assignments to names
 * such as password whose value is no word. It finds what is written plainly and nothing that somebody hides.
 */
export function findSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  for (const { kind, pattern } of forms) {
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['secret'] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      const end = start + value.length;
      if (found.some((other) => start < other.end && other.start < end)) continue;
      if (kind === assigned && !looksRandom(value)) continue;
      found.push({ kind, start, end, masked: maskOf(value) });
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

/** The text with each secret replaced by what it was, such as `[GitHub token]`. */
export function maskSecrets(text: string, secrets: readonly Secret[] = findSecrets(text)): string {
  let [masked, end] = ['', 0];
  for (const secret of secrets) {
    masked += `${text.slice(end, secret.start)}[${secret.kind}]`;
    end = secret.end;
  }
  return masked + text.slice(end);
}

const assigned = 'password or key';

// Every repetition is bounded or over a class that the next one does not share, so that no text makes them slow.
const forms: readonly { kind: string; pattern: RegExp }[] = [
  { kind: 'private key', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]{1,20000}?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g },
  { kind: 'Anthropic key', pattern: /\bsk-ant-[A-Za-z0-9_-]{20,200}/g },
  { kind: 'OpenAI key', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}/g },
  { kind: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g },
  { kind: 'GitLab token', pattern: /\bglpat-[A-Za-z0-9_.-]{20,100}/g },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: 'Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { kind: 'Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,200}/g },
  { kind: 'Slack webhook', pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,200}/g },
  { kind: 'Stripe key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}/g },
  { kind: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,100}/g },
  { kind: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'PyPI token', pattern: /\bpypi-[A-Za-z0-9_-]{50,300}/g },
  { kind: 'SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g },
  { kind: 'JSON web token', pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g },
  { kind: 'password in an address', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,100}:(?<secret>[^\s:/@]{3,100})@[A-Za-z0-9.-]/g },
  { kind: 'bearer token', pattern: /\bbearer\s{1,4}(?<secret>[A-Za-z0-9_.~+/-]{24,500}=*)/gi },
  { kind: assigned, pattern: /(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|client[_-]?secret|private[_-]?key)["']?\s{0,5}[:=]\s{0,5}["']?(?<secret>[^\s"',;]{8,200})/gi },
];

/** Letters and digits of several kinds, as words and placeholders do not have them. */
function looksRandom(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  return kinds >= 3 && new Set(value).size >= 6 && !/^[<${[(]|\.\.\.|x{4}|\*{3}|example|your/i.test(value);
}

function maskOf(value: string): string {
  const shown = value.startsWith('-----') ? '-----BEGIN' : value.slice(0, Math.min(4, Math.floor(value.length / 4)));
  return `${shown}… (${String(value.length)} characters)`;
}
