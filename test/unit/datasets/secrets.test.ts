import { describe, expect, it } from 'vitest';
import { findSecrets, mayHoldSecret, maskSecrets } from '../../../src/backend/datasets/formats/secrets.ts';
import type { SecretSigns } from '../../../src/backend/datasets/formats/secretSigns.ts';
import { TextScanner } from '../../../src/backend/datasets/formats/textScanner.ts';
import { LineChecker } from '../../../src/backend/language/jsonl/lineChecker.ts';

const random = (length: number) => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'.repeat(9).slice(0, length);

/** Tokens of Hugging Face have no digits. */
const letters = (length: number) => 'aBCdEfghIJkLmNoPQrStUvWXyZ'.repeat(9).slice(0, length);

const hex = (length: number) => 'd41d8cd98f00b204e9800998ecf8427e'.repeat(9).slice(0, length);

const secrets: readonly [string, string][] = [
  ['OpenAI key', `sk-proj-${random(40)}`], ['OpenAI key', `sk-${random(48)}`], ['OpenAI key', `sk-${hex(32)}`], ['OpenAI key', `sk-or-v1-${hex(64)}`],
  ['Anthropic key', `sk-ant-api03-${random(60)}`], ['GitHub token', `ghp_${random(36)}`], ['GitHub token', `github_pat_${random(22)}_${random(59)}`],
  ['GitLab token', `glpat-${random(20)}`], ['GitLab token', `glpat-${random(27)}.01.0w1a2b3c4`], ['AWS access key', 'AKIAIOSFODNN7ABCDEFG'], ['Google API key', `AIza${random(35)}`],
  ['Slack token', `xoxb-1234567890-${random(20)}`], ['Slack webhook', `https://hooks.slack.com/services/T024BE7LD/B0K9X8PQR/${random(24)}`], ['Stripe key', `sk_live_${random(24)}`],
  ['Hugging Face token', `hf_${random(34)}`], ['Hugging Face token', `hf_${letters(34)}`], ['npm token', `npm_${random(36)}`], ['PyPI token', `pypi-${random(60)}`], ['SendGrid key', `SG.${random(22)}.${random(43)}`],
  ['JSON web token', `eyJ${random(20)}.eyJ${random(30)}.${random(20)}`], ['private key', `-----BEGIN RSA PRIVATE KEY-----\n${random(64)}\n-----END RSA PRIVATE KEY-----`],
  ['GitLab token', `glrt-${random(20)}`], ['GitLab token', `glcbt-64_${random(20)}`], ['Slack token', `xapp-1-A0B1C2D3E4F-1234567890123-${hex(64)}`], ['Stripe webhook secret', `whsec_${random(32)}`],
  ['Google OAuth secret', `GOCSPX-${random(28)}`], ['Google OAuth secret', `ya29.${random(120)}`], ['Twilio key', `SK${hex(32)}`], ['Telegram bot token', `1234567890:AA${random(33)}`],
  ['access token', `dop_v1_${hex(64)}`], ['access token', `shpat_${hex(32)}`], ['access token', `dckr_pat_${random(27)}`], ['access token', `gsk_${random(52)}`], ['access token', `xai-${random(80)}`], ['access token', `r8_${random(37)}`],
  ['access token', `rubygems_${hex(48)}`], ['access token', `hvs.${random(90)}`], ['access token', `glsa_${random(32)}_${hex(8)}`], ['access token', `lin_api_${random(40)}`], ['access token', `PMAK-${hex(24)}-${hex(34)}`],
  ['access token', `ATATT3xFfGF0${random(120)}`], ['access token', `sbp_${hex(40)}`], ['access token', `pplx-${random(48)}`], ['access token', `nvapi-${random(64)}`], ['access token', `figd_${random(40)}`], ['access token', `NRAK-${random(27).toUpperCase()}`],
  ['access token', `sq0csp-${random(43)}`], ['access token', `key-${hex(32)}`],
  ['private key', `-----BEGIN OPENSSH PRIVATE KEY-----\\n${'A'.repeat(12)}${random(58)}\\n-----END OPENSSH PRIVATE KEY-----`],
];

/** Texts around a secret, and what they are once it is masked. */
const bound: readonly [string, string][] = [
  ['password = "Tr0ub4dor&3x"', 'password = "[password or key]"'],
  ['{"api_key": "Zx81-Qw92-Lk03"}', '{"api_key": "[password or key]"}'],
  ["DB_PASSWORD='kV9#mQ2x'", "DB_PASSWORD='[password or key]'"],
  ['apikey=kV9#mQ2xLp', 'apikey=[password or key]'],
  ['"refreshToken" : "kV9#mQ2xLp"', '"refreshToken" : "[password or key]"'],
  ['secret-key: kV9#mQ2xLp', 'secret-key: [password or key]'],
  ['userPassword: kV9#mQ2x', 'userPassword: [password or key]'],
  [`export WEATHER_API_KEY=${hex(32)}`, 'export WEATHER_API_KEY=[password or key]'],
  [`aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY0a9fQ2Zp`, 'aws_secret_access_key = [password or key]'],
  ['redis://:hunter2pw@cache:6379/0', 'redis://:[password in an address]@cache:6379/0'],
  [`AccountName=a;AccountKey=${random(60)}+/x==;EndpointSuffix=b`, 'AccountName=a;AccountKey=[password or key];EndpointSuffix=b'],
  [`aws_session_token = ${random(40)}/+${random(40)}`, 'aws_session_token = [password or key]'],
  [`https://a.example.org/c?sp=r&sig=${random(20)}%2B${random(22)}%3D`, 'https://a.example.org/c?sp=r&sig=[shared access signature]'],
  [`https://api.telegram.org/bot1234567890:AA${random(33)}/getMe`, 'https://api.telegram.org/bot[Telegram bot token]/getMe'],
  [String.raw`"{\"password\": \"kV9#mQ2x\"}"`, String.raw`"{\"password\": \"[password or key]\"}"`],
  ['postgres://admin:hunter2pw@db.example.org/x', 'postgres://admin:[password in an address]@db.example.org/x'],
  [`Authorization: Bearer ${random(30)}`, 'Authorization: Bearer [bearer token]'],
  [`curl -H "authorization: bearer ${hex(40)}"`, 'curl -H "authorization: bearer [bearer token]"'],
  [`密码 password：见下。password: kV9#mQ2x，谢谢`, '密码 password：见下。password: [password or key]'],
];

const harmless: readonly string[] = [
  // Words about secrets.
  'My password: forgotten', 'The secret: honesty and patience', 'Secret: Mother-in-law recipes', 'api key: see the settings page', 'Passwords must have 8 characters, 1 digit: Abc12345 is weak',
  // What stands for a secret.
  'sk-...', 'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'sk-your-key-goes-here-1234567890', 'OPENAI_API_KEY=YOUR_API_KEY', 'api_key=YOUR_API_KEY_123', 'password = "<your-password>"', 'password: ${DB_PASSWORD_1}',
  'password = "********"', 'xoxb-your-token-goes-in-here', 'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'postgres://user:password@localhost:5432/db', 'postgres://user:pass123@localhost/db', 'https://user:${TOKEN1}@host.org', 'redis://:secret@cache', 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  'Authorization: Bearer <token>', 'Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----', `-----BEGIN PUBLIC KEY-----\n${random(64)}\n-----END PUBLIC KEY-----`, `-----BEGIN CERTIFICATE-----\n${random(64)}\n-----END CERTIFICATE-----`,
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  // What only looks like one.
  'sk-learn is a library', 'ask-someone-who-knows-this-stuff', 'sk-loading-indicator-wrapper-inner', 'sk-2024-conference-notes-of-the-second-day', 'https://example.org:8080/a@b', 'mailto:a@b.org, see http://c.org:80', `sha256:${hex(64)}`, hex(40), '550e8400-e29b-41d4-a716-446655440000',
  `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${random(200)}+/${random(90)}==`, 'hf_hub_download_with_a_very_long_function_name_indeed', 'npm_config_registry_for_a_scope_of_packages', `integrity sha512-${random(86)}==`, `git checkout ${hex(40)}`,
  // Code that fetches a secret.
  'password = getPasswordOf(user1)', 'apiKey: process.env.API_KEY_2', 'accessToken: response.data.accessToken2', 'const secret = config2.get("x").Secret', 'api_key=os.environ["KEY_1"]', 'password: req.body.userPassword2,', 'PWD=/home/User1/work', 'private_key = rsa.generate_private_key(public_exponent=65537', 'secret: 2024-01-05T10:00:00Z',
  'def login(user, password=DEFAULT_PASSWORD_1):', 'submitPassword: SIGN_UP_V2_SUBMIT_PASSWORD', 'e.accessToken=t.Data1[0]', 'key_password=Certs[0][2]', 'setSecret(secret: Uint8Array): void', 'VALUES (api_key=:apiKey1)',
  // What only names an algorithm, a version or a thing.
  'auth_token: "OAuth2.0"', 'secret: AES-256-GCM', 'My secret: COVID-19 taught me patience', '"password": "Passwort1"', 'xai-grok-model-name-that-is-rather-long-for-a-test', 'gsk_layer_norm_of_the_first_hidden_block', 'key-value-stores-are-databases-of-a-simple-kind', 'time: 12:34:AAbbccddeeffgghhiijjkkllmmnnooppqq', `${hex(8)}:AAAA`,
];

/** The signs as the pass over a row's texts finds them, in each of its two ways. */
function signsOf(text: string): SecretSigns[] {
  return (['hash', 'scan'] as const).map((way) => {
    const scanner = new TextScanner();
    scanner.begin();
    scanner[way](text);
    return { hasLongToken: scanner.hasLongToken, hasBinding: scanner.hasBinding };
  });
}

describe('findSecrets', () => {
  it.each(secrets)('knows a %s: %s', (kind, secret) => {
    const text = `before ${secret} after`;
    expect(findSecrets(text)).toMatchObject([{ kind, start: 7, end: 7 + secret.length }]);
    expect(maskSecrets(text)).toBe(`before [${kind}] after`);
    expect(findSecrets(text)[0]?.masked).not.toContain(secret.slice(-8));
  });

  it.each(bound)('masks the value alone in %s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each(harmless)('sees none in %s', (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('finds them in a list of others', () => {
    const text = secrets.map(([, secret]) => secret).join('\n');
    expect(findSecrets(text).map(({ kind }) => kind)).toEqual(secrets.map(([kind]) => kind));
  });

  it('stays fast on long texts', () => {
    for (const piece of ['password=', 'eyJ', '-eyJ', '-----BEGIN PRIVATE KEY-----', 'sk-', 'bearer ', 'https://a:']) expect(findSecrets(piece.repeat(20_000)).length).toBeGreaterThanOrEqual(0);
  });
});

describe('the signs of secrets', () => {
  it.each([...secrets.map(([, secret]) => secret), ...bound.map(([text]) => text)])('are in %s', (secret) => {
    for (const text of [secret, `See ${secret}`, `é ${secret} 你好`, `{"a":"x","b":"${secret}"}`, `${'word '.repeat(50)}${secret}.`, `a-${'-'.repeat(30)} ${secret}`]) {
      if (findSecrets(text).length === 0) continue;
      expect(signsOf(text).map((signs) => mayHoldSecret(text, signs))).toEqual([true, true]);
    }
  });

  it('are a run of twenty units, wherever it lies', () => {
    for (let before = 0; before < 45; before += 1) {
      const text = (length: number) => `${'ab cd, '.repeat(9).slice(0, before)} ${'aB3_-'.repeat(9).slice(0, length)}. End`;
      expect(signsOf(text(20)).map(({ hasLongToken }) => hasLongToken)).toEqual([true, true]);
      expect(signsOf(text(19)).map(({ hasLongToken }) => hasLongToken)).toEqual([false, false]);
    }
  });

  it('are taken to be in what is too long to look at', () => {
    const text = `${'word '.repeat(210_000)} password: kV9#mQ2x`;
    expect(signsOf(text).map((signs) => mayHoldSecret(text, signs))).toEqual([true, true]);
    const plain = 'word '.repeat(220_000);
    expect(signsOf(plain).map((signs) => mayHoldSecret(plain, signs))).toEqual([false, false]);
  });

  it('are not in most texts', () => {
    for (const text of ['A heron stands still in shallow water until a fish comes near.', 'See https://example.org/a/b?c=1&d=2', '{"intent":"order","id":12,"city":"Zurich"}', 'const key = map[record2]; let token: Token = next();', '人工智能是计算机科学的一个分支，它企图了解智能的实质']) {
      expect(signsOf(text).map((signs) => mayHoldSecret(text, signs))).toEqual([false, false]);
    }
  });
});

it('no problem of a row quotes a token that stands where a name does', () => {
  const token = `ghp_${random(36)}`;
  const answer = { role: 'assistant', content: 'Yes.' };
  const call = { id: '1', type: 'function', function: { name: token, arguments: '{}' } };
  const rows = [
    { messages: [{ role: token, content: 'Hello' }, answer] },
    { messages: [{ role: 'user', content: 'Hello', [token]: 1 }, answer], [token]: 1 },
    { messages: [{ role: 'user', content: [{ type: token }] }, { role: 'assistant', content: null, tool_calls: [call] }], tools: [{ type: 'function', function: { name: 'other', parameters: {} } }] },
  ];
  const issues = rows.flatMap((row) => new LineChecker('openai_chat').check(JSON.stringify(row)).issues.map(({ issue }) => issue));
  expect([...new Set(issues.map(({ code }) => code))]).toEqual(expect.arrayContaining(['role_unknown', 'message_fields', 'columns_kept', 'part_not_trainable', 'tool_undeclared']));
  expect(issues.find(({ code }) => code === 'role_unknown')?.message).toBe('The role "[GitHub token]" is unknown.');
  expect(JSON.stringify(issues)).not.toContain(token);
});
