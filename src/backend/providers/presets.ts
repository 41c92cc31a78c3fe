/** Providers that are known by name. Addresses and ports are those of their own documentation. */
export interface Preset {
  name: string;
  label: string;
  url: string;
  /** Environment variable that its own documentation names for the key; null where it needs none. */
  keyEnv: string | null;
  /** OpenAI’s newer models refuse `max_tokens`, the others know nothing else. */
  maxTokensKey: 'max_tokens' | 'max_completion_tokens';
}

export const presets: readonly Preset[] = [
  { name: 'openai', label: 'OpenAI', url: 'https://api.openai.com/v1', keyEnv: 'OPENAI_API_KEY', maxTokensKey: 'max_completion_tokens' },
  { name: 'deepseek', label: 'DeepSeek', url: 'https://api.deepseek.com', keyEnv: 'DEEPSEEK_API_KEY', maxTokensKey: 'max_tokens' },
  { name: 'ollama', label: 'Ollama', url: 'http://127.0.0.1:11434/v1', keyEnv: null, maxTokensKey: 'max_tokens' },
  { name: 'lmstudio', label: 'LM Studio', url: 'http://127.0.0.1:1234/v1', keyEnv: null, maxTokensKey: 'max_tokens' },
  { name: 'vllm', label: 'vLLM', url: 'http://127.0.0.1:8000/v1', keyEnv: null, maxTokensKey: 'max_tokens' },
  { name: 'llamacpp', label: 'llama.cpp', url: 'http://127.0.0.1:8080/v1', keyEnv: null, maxTokensKey: 'max_tokens' },
];

/** The preset of a name, or of an address under another name. */
export function presetOf(name: string, url: string): Preset | null {
  const { origin } = new URL(url);
  return presets.find((preset) => preset.name === name && new URL(preset.url).origin === origin) ?? presets.find((preset) => new URL(preset.url).origin === origin) ?? null;
}
