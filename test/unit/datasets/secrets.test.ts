import { describe, expect, it } from 'vitest';
import { findSecrets, maskSecrets } from '../../../src/backend/datasets/formats/secrets.ts';

const random = (length: number) => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'.repeat(9).slice(0, length);

describe('findSecrets', () => {
  it.each([
    ['OpenAI key', `sk-proj-${random(40)}`], ['Anthropic key', `sk-ant-api03-${random(60)}`], ['GitHub token', `ghp_${random(36)}`], ['GitLab token', `glpat-${random(20)}`],
    ['AWS access key', 'AKIAIOSFODNN7ABCDEFG'], ['Google API key', `AIza${random(35)}`], ['Slack token', `xoxb-1234567890-${random(20)}`], ['Stripe key', `sk_live_${random(24)}`],
    ['Hugging Face token', `hf_${random(34)}`], ['npm token', `npm_${random(36)}`], ['JSON web token', `eyJ${random(20)}.eyJ${random(30)}.${random(20)}`],
    ['private key', `-----BEGIN RSA PRIVATE KEY-----\n${random(64)}\n-----END RSA PRIVATE KEY-----`],
  ])('knows a %s', (kind, secret) => {
    const text = `before ${secret} after`;
    expect(findSecrets(text)).toMatchObject([{ kind, start: 7, end: 7 + secret.length }]);
    expect(maskSecrets(text)).toBe(`before [${kind}] after`);
    expect(findSecrets(text)[0]?.masked).not.toContain(secret.slice(-8));
  });

  it('knows what is assigned or stands in an address, and masks the value alone', () => {
    expect(maskSecrets('password = "Tr0ub4dor&3x"')).toBe('password = "[password or key]"');
    expect(maskSecrets('{"api_key": "Zx81-Qw92-Lk03"}')).toBe('{"api_key": "[password or key]"}');
    expect(maskSecrets('postgres://admin:hunter2pw@db.example.org/x')).toBe('postgres://admin:[password in an address]@db.example.org/x');
    expect(maskSecrets(`Authorization: Bearer ${random(30)}`)).toBe('Authorization: Bearer [bearer token]');
  });

  it.each(['My password: forgotten', 'password = "<your-password>"', 'The secret: honesty and patience', 'sk-learn is a library', 'api_key=YOUR_API_KEY_123', 'https://example.org:8080/a@b', 'ask-someone-who-knows-this-stuff'])('sees none in %s', (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('stays fast on long texts', () => {
    for (const piece of ['password=', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'sk-', 'bearer ', 'https://a:']) expect(findSecrets(piece.repeat(20_000)).length).toBeGreaterThanOrEqual(0);
  });
});
