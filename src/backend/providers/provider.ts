import { providerSchema, type Provider } from '../../protocol/providers.ts';
import type { Price } from './chatModel.ts';
import { checkedUrl } from './openai/endpoint.ts';
import { tablePrice } from './priceTable.ts';
import { freePrice } from './prices.ts';
import { presetOf, presets } from './presets.ts';

/** A known provider that was not added, or one that was, with all of its fields. */
export function effectiveProvider(provider: { name: string; url: string } & Partial<Omit<Provider, 'name' | 'url'>>): Provider {
  const { name, url, model = null, keyEnv = null, allowsHttp = false, prices = {}, firstPieceSeconds = null } = provider;
  return providerSchema.parse({ name, url, model, keyEnv, allowsHttp, prices, firstPieceSeconds });
}

export function labelOf(provider: Provider): string {
  const preset = presets.find(({ name }) => name === provider.name);
  return preset !== undefined && presetOf(provider.name, provider.url) === preset ? preset.label : provider.name;
}

/**
 * A person's own price, else that of the table for the address that charges it. A known local server costs nothing; any
 * other on this machine may pass requests on to a paid one, so nothing is known of its price.
 */
export function priceOf(provider: Provider, model: string): Price | null {
  const own = provider.prices[model];
  if (own !== undefined) return own;
  const { url, isLoopback } = checkedUrl(provider.url, true);
  if (isLoopback && presetOf(provider.name, provider.url)?.keyEnv === null) return freePrice;
  return tablePrice(url.origin, model);
}
