/* global require, exports */
// A second extension that brings a language model to VS Code, as Copilot does: it says back what it was told, by words.
const vscode = require('vscode');

exports.activate = (context) => {
  const models = [{ id: 'echo-1', name: 'Echo', family: 'echo', version: '1', maxInputTokens: 4000, maxOutputTokens: 4000, capabilities: { toolCalling: true } }];
  const provider = {
    provideLanguageModelChatInformation: async () => models,
    provideLanguageModelChatResponse: async (_model, messages, _options, progress) => {
      const text = messages.at(-1).content.map((part) => part.value ?? '').join('');
      for (const word of text.match(/\s*\S+/g) ?? []) progress.report(new vscode.LanguageModelTextPart(word));
    },
    provideTokenCount: async (_model, text) => (typeof text === 'string' ? text.length : 1),
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('echo', provider));
};
