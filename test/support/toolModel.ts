import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { InstalledModel } from './builtInModel.ts';
import { runPython } from './trainerPython.ts';

/** Shows tools as Hermes and Qwen do: JSON in tool_call tags. */
const template = [
  `{% for message in messages %}`,
  `{% if loop.first %}{{ '<|im_start|>system\n' }}{% if tools %}{{ 'Tools:\n' }}{% for tool in tools %}{{ tool | tojson }}{{ '\n' }}{% endfor %}{% endif %}{{ '<|im_end|>\n' }}{% endif %}`,
  `{{ '<|im_start|>' + message['role'] + '\n' + message['content'] }}`,
  `{% if message.tool_calls %}{% for call in message.tool_calls %}{{ '<tool_call>' }}{{ {'name': call.function.name, 'arguments': call.function.arguments} | tojson }}{{ '</tool_call>' }}{% endfor %}{% endif %}`,
  `{{ '<|im_end|>\n' }}{% endfor %}`,
  `{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`,
].join('');

/**
 * The built-in model with a chat template that shows it tools, as a further model of a home folder. It calls one where the
 * chat already has calls to go by.
 */
export async function makeToolModel(model: InstalledModel, home: string): Promise<string> {
  const id = 'smollm2-with-tools';
  const folder = path.join(home, 'models', id);
  mkdirSync(folder, { recursive: true });
  // The trainer's Python has llama.cpp's own package, which writes GGUF files anew.
  await runPython(model.home, ['-m', 'gguf.scripts.gguf_new_metadata', '--chat-template', template, model.gguf, path.join(folder, 'model-f16.gguf')]);
  return id;
}
