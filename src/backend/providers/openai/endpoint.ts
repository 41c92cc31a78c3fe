import type { OpenAI as Client } from 'openai';
import { usageError } from '../../../protocol/errors.ts';
import type { Fetch } from '../chatModel.ts';
import { badAnswer } from './answerReader.ts';

export interface EndpointInit {
  /** The provider's name, as references have it. */
  name: string;
  /** Base URL, as servers document it: with its `/v1` where it has one. */
  url: string;
  /** Null where none is needed or known. */
  key: string | null;
  /** Where the key comes from, for people. */
  keyPlace: string;
  /** How to give a key. */
  keyHint: string;
  allowsHttp: boolean;
}

/** A server's address and the key for it. The key stays in here: nothing prints it. */
export class Endpoint {
  readonly name: string;
  readonly url: string;
  readonly origin: string;
  readonly isLoopback: boolean;
  readonly keyPlace: string;
  readonly keyHint: string;
  readonly #key: string | null;

  constructor(init: EndpointInit) {
    const { url, isLoopback } = checkedUrl(init.url, init.allowsHttp);
    this.name = init.name;
    this.url = url.href.replace(/\/+$/, '');
    this.origin = url.origin;
    this.isLoopback = isLoopback;
    this.keyPlace = init.keyPlace;
    this.keyHint = init.keyHint;
    this.#key = init.key;
  }

  get hasKey(): boolean {
    return this.#key !== null;
  }

  isKeyIn(text: string): boolean {
    const key = this.#key;
    if (key === null || key === '') return false;
    return text.includes(key) || (key.length > 8 && (text.includes(key.slice(0, 8)) || text.includes(key.slice(-4))));
  }

  /** Takes the public client's constructor, which is loaded only where it is needed. `ask` makes its requests. */
  client(OpenAI: typeof Client, ask: Fetch = fetch): Client {
    return new OpenAI({
      baseURL: this.url,
      // The client would take keys, headers and addresses from the environment, which were meant for another address.
      apiKey: this.#key ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      fetch: async (input, init) => this.#checked(await ask(...this.#request(input, init))),
    });
  }

  /** Of the client's headers only those that a request needs: the environment can add to them (OPENAI_CUSTOM_HEADERS). */
  #headers(all: RequestInit['headers']): Headers {
    const headers = new Headers([...new Headers(all)].filter(([name]) => name === 'accept' || name === 'content-type'));
    if (this.#key !== null) headers.set('authorization', `Bearer ${this.#key}`);
    return headers;
  }

  #request(input: string | URL | Request, init: RequestInit | undefined): Parameters<Fetch> {
    const { method, body, signal } = init ?? {};
    if (input instanceof Request || (typeof body !== 'string' && body !== undefined && body !== null)) throw new Error('the client makes requests of an address and text');
    return [String(input), { method: method ?? 'GET', headers: this.#headers(init?.headers), body: body ?? null, redirect: 'error', signal: signal ?? new AbortController().signal }];
  }

  /** A page where an answer should be: the address is that of something else, or lacks its `/v1`. */
  #checked(response: Response): Response {
    if (response.ok && response.headers.get('content-type')?.startsWith('text/html') === true) throw badAnswer(this.name, 'a web page', '');
    return response;
  }
}

/** Prompts and keys go over plain HTTP only within this machine, unless a person allowed it for this provider. */
export function checkedUrl(text: string, allowsHttp: boolean): { url: URL; isLoopback: boolean } {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw usageError('provider_url_invalid', `“${text}” is no http or https URL.`, { hint: 'Such as https://api.openai.com/v1' });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usageError('provider_url_invalid', 'A base URL has no user, password, query or fragment.', { hint: 'Give a key by an environment variable or by --key-stdin.' });
  }
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLoopback && !allowsHttp) {
    throw usageError('provider_http_refused', `${url.origin} is plain HTTP: everyone on the way could read prompts and the key.`, { hint: 'Use https, or add --allow-http for a network that you trust.' });
  }
  return { url, isLoopback };
}
