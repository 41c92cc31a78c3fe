import type { SecretSigns } from './secretSigns.ts';

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
 * such as password whose value is no word. It finds what is written plainly and nothing that somebody hides; what stands
 * for a secret in examples (`sk-...`, `YOUR_API_KEY`, `user:password@host`) is none.
 */
export function findSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  let taken: Uint8Array | undefined;
  for (const { kind, pattern, isLikely } of forms) {
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['secret'] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      const end = start + value.length;
      if (!isLikely(value) || isPlaceholder(value)) continue;
      taken ??= new Uint8Array(text.length);
      if (taken.subarray(start, end).includes(1)) continue;
      taken.fill(1, start, end);
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

/**
 * False only where `findSecrets` finds none. Two searches instead of one for each form, and neither where its sign is
 * missing: a dataset has thousands of texts for each that holds a secret.
 */
export function mayHoldSecret(text: string, { hasLongToken, hasBinding }: SecretSigns): boolean {
  return (hasLongToken && issued.test(text)) || (hasBinding && bound.test(text));
}

interface Form {
  kind: string;
  /** The group `secret` is the secret where the match has more than it. */
  pattern: RegExp;
  isLikely: (value: string) => boolean;
}

const name = '(?:password|passwd|pwd|secret|(?:api|access|account|secret|private)[_-]?key|(?:api|auth|access|refresh|session|bot)[_-]?token)';
/** What stands around the sign of a binding, in JSON that was written into a text too. */
const quoted = { nameEnd: `\\\\?["']?\\s{0,5}`, valueStart: `\\s{0,5}\\\\?["']?` };

/** Those of issuers whose prefix says all: DigitalOcean, Shopify, Docker, Groq, xAI, Replicate, RubyGems, Vault, Grafana, Linear, Postman, Atlassian, Supabase, Perplexity, NVIDIA, Figma, New Relic, Square, Mailgun. */
const tokens =
  /\b(?:do[por]_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,100}|gsk_[A-Za-z0-9]{40,100}|xai-[A-Za-z0-9]{60,120}|r8_[A-Za-z0-9]{37}|rubygems_[0-9a-f]{48}|hvs\.[A-Za-z0-9_-]{24,200}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|lin_api_[A-Za-z0-9]{32,64}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|ATATT3[A-Za-z0-9_=-]{60,300}|sbp_[0-9a-f]{40}|pplx-[A-Za-z0-9]{40,100}|nvapi-[A-Za-z0-9_-]{60,100}|figd_[A-Za-z0-9_-]{40,60}|NRAK-[A-Z0-9]{27}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}|key-[0-9a-f]{32})(?![A-Za-z0-9])/g;

// Every repetition is bounded or over a class that the next one does not share, so that no text makes them slow.
// A form of `issued` needs a long token in what it matches, and its beginning in `issued`.
const forms: readonly Form[] = [
  { kind: 'private key', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){1,20000}-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g, isLikely: hasLongToken },
  { kind: 'Anthropic key', pattern: /\bsk-ant-[A-Za-z0-9_-]{20,200}/g, isLikely: hasRandomRun },
  { kind: 'OpenAI key', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}/g, isLikely: hasRandomRun },
  { kind: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g, isLikely: hasDigit },
  { kind: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|rtr|ptt|cbt|soat|ft|imt|agent|oas|ffct)-[A-Za-z0-9_-]{20,200}(?:\.[A-Za-z0-9_-]{1,100}){0,2}/g, isLikely: hasDigit },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, isLikely: () => true },
  { kind: 'Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g, isLikely: hasDigit },
  { kind: 'Slack token', pattern: /\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{20,200}/g, isLikely: hasDigit },
  { kind: 'Slack webhook', pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{20,200}/g, isLikely: hasLongToken },
  { kind: 'Stripe key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}/g, isLikely: hasDigit },
  { kind: 'Stripe webhook secret', pattern: /\bwhsec_[A-Za-z0-9]{32,100}/g, isLikely: hasDigit },
  { kind: 'Google OAuth secret', pattern: /\b(?:GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{40,500})/g, isLikely: hasDigit },
  { kind: 'Twilio key', pattern: /\bSK[0-9a-f]{32}\b/g, isLikely: hasDigit },
  { kind: 'Telegram bot token', pattern: /(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g, isLikely: () => true },
  { kind: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,100}/g, isLikely: (value) => hasDigit(value) || /[a-z][A-Z]{2}/.test(value) },
  { kind: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g, isLikely: hasDigit },
  { kind: 'PyPI token', pattern: /\bpypi-[A-Za-z0-9_-]{50,300}/g, isLikely: hasDigit },
  { kind: 'SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g, isLikely: hasDigit },
  { kind: 'access token', pattern: tokens, isLikely: hasDigit },
  { kind: 'JSON web token', pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}/g, isLikely: hasDigit },
  { kind: 'password in an address', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:(?<secret>[^\s:/@]{3,100})@[A-Za-z0-9.-]/g, isLikely: (value) => hasDigit(value) && /[A-Za-z]/.test(value) },
  { kind: 'bearer token', pattern: /\b(?:[Bb]earer|BEARER)\s{1,4}(?<secret>[A-Za-z0-9_.~+/-]{24,500}=*)/g, isLikely: (value) => hasLongToken(value) && hasRandomRun(value) },
  { kind: 'shared access signature', pattern: /[?&]sig=(?<secret>[A-Za-z0-9%/+]{43,150}(?:%3[Dd]|=))/g, isLikely: hasDigit },
  { kind: 'password or key', pattern: new RegExp(`${name}${quoted.nameEnd}[:=]${quoted.valueStart}(?<secret>[^\\s"',;]{7,199}[^\\s"',;\\\\])`, 'gi'), isLikely: looksRandom },
];

/** The beginnings of all forms that have a long token. Each is looked for by its rarest character, which is soon found. */
const issued =
  /[-_](?<=sk-|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[abeoprs]-|xapp-|[rs]k_|hf_|npm_|pypi-|whsec_|GOCSPX-|do[por]_v1_|shp[a-z]{2}_|dckr_[a-z]{3}_|gsk_|xai-|r8_|rubygems_|glsa_|lin_api_|PMAK-|sbp_|pplx-|nvapi-|figd_|NRAK-|sq0[a-z]{3}-|key-)|-----BEGIN |A(?:[KS]IA|Iza|TATT3)|J(?<=eyJ)|G(?<=SG)\.|K(?<=SK)[0-9a-f]{32}|:AA(?<=\d{8}:AA)|\.(?<=hooks\.slack\.|hvs\.|ya29\.)|[Bb](?:earer|EARER)\s/;
/** Begins with the sign, which is soon found, and looks at the name behind it. */
const bound = new RegExp(`[:=](?:(?<=${name}${quoted.nameEnd}[:=])${quoted.valueStart}[^\\s"',;]{8}|(?<=[?&]sig=)[a-z0-9%/+]{43}|(?<=:)//[^\\s:/@]{0,100}:[^\\s:/@]{3,100}@)`, 'i');

/** What examples have in the place of a secret. The last is the token that jwt.io shows. */
const placeholder = /\.\.\.|…|\*{3}|(.)\1{4}|example|placeholder|your|insert|replace|redacted|changeme|dummy|fake|<|^[${[(%]|^(?:pass(?:word|wd)?|secret|admin|root|user|test|guest)\d{0,4}$|eyJzdWIiOiIxMjM0NTY3ODkwIi/i;

/** The lines around a private key and what it begins with have repetitions of their own. */
function isPlaceholder(value: string): boolean {
  return !value.startsWith('-----') && placeholder.test(value.slice(0, 200));
}

function hasDigit(value: string): boolean {
  return /[0-9]/.test(value);
}

function hasLongToken(value: string): boolean {
  return /[A-Za-z0-9_-]{20}/.test(value);
}

/** Letters and digits mixed and long, as no name of several words has them. */
function hasRandomRun(value: string): boolean {
  return (value.match(/[A-Za-z0-9]{12,}/g) ?? []).some((run) => hasDigit(run) && /[A-Za-z]/.test(run));
}

/** Letters and digits of several kinds, or of two and many, as words, dates, paths and the code that fetches a secret do not have them. */
function looksRandom(value: string): boolean {
  if (!hasDigit(value) || new Set(value).size < 6 || noLiteral.test(value)) return false;
  if (/^[A-Za-z0-9]{32,}$/.test(value)) return /[A-Za-z]/.test(value);
  return [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length >= 3;
}

/** What is bound to such a name in code and in prose, and is no secret itself. */
const noLiteral = new RegExp(
  `^(?:${[
    // A path, an address, a day, a call, a place in a list, a parameter of a query.
    String.raw`[./~]|[A-Za-z]:\\|[a-z]+:\/\/|\d{4}-\d\d-\d\d|[\w$.]+\(|[A-Za-z_$][\w$]*\[|:\w+[)\]}]*$`,
    // Names with dots, or of words with underscores.
    String.raw`[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+(?:\[\w{0,20}\])?[)\]}]*$|[A-Za-z]{2,}(?:_[A-Za-z]{2,})+(?:_?\d{1,2})?\W*$|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\W*$`,
    // A type, a word with its version such as OAuth2.0, and AES-256-GCM.
    String.raw`U?[Ii]nt\d{1,2}|[A-Za-z]{3,}\d(?:\.\d)?$|(?:[A-Z]{2,}|\d{1,3})(?:-(?:[A-Z]{2,}|\d{1,3}))+$`,
  ].join('|')})`,
);

function maskOf(value: string): string {
  const shown = value.startsWith('-----') ? '-----BEGIN' : value.slice(0, Math.min(4, Math.floor(value.length / 4)));
  return `${shown}… (${String(value.length)} characters)`;
}
