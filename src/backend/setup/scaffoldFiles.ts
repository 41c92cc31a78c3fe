/** What `training init` writes, by path. Each file explains itself, because a person edits it next. */
export const scaffoldFiles: Record<string, string> = {
  'CodeAgents/AGENTS.md': `# Rules for every agent

Prose is for people; the block below is for the machine. Reports compare each agent with it.

- An agent answers in the form that its system prompt names, without a preamble.
- What an agent does not know it says, instead of inventing it.

\`\`\`yaml rules
header: [name, version, description, owner, status, created, updated]
naming: "^[A-Z][A-Za-z0-9]*$"
systemPrompt: { maxCharacters: 4000 }
tools: []
memory: required
logs: required
\`\`\`
`,
  'CodeAgents/Helper/agent.yaml': `# One agent: who it is, which model answers for it, and what it is measured on.
name: Helper
version: 1
description: Answers questions about this repository in one sentence.
owner: you
status: draft
tags: [example]
created: 2026-01-01
updated: 2026-01-01

model: smollm2-135m-instruct   # the built-in one; or a profile of CodeAgents/models, or an endpoint
adapter: null                  # filled by: training adapter deploy
systemPrompt: You answer questions about a software repository in one short sentence.
tools: []
parameters: { temperature: 0, maxTokens: 128 }
memory: { file: ../Memory/Helper.md }
drills: [example]
learning: off
`,
  'CodeAgents/Memory/Helper.md': `# Helper

## Actions

## Learned protocols

## Architectural decisions

## Preferences
`,
  'CodeAgents/drills/example.yaml': `# A drill: cases with what is expected and how an answer is graded. heldOut cases are never trained on.
name: example
version: 1
description: Questions with one right answer.
grader: exact
timeoutSeconds: 60
maxTokens: 64
cases:
  - input: Which folder holds the tests?
    expected: The tests are in test/.
  - input: Which file says how to start?
    expected: README.md says how to start.
    heldOut: true
`,
  'CodeAgents/datasets/example.jsonl': rows([
    ['Which folder holds the tests?', 'The tests are in test/.'],
    ['Where is the documentation?', 'The documentation is in docs/.'],
    ['Which file lists what changed?', 'CHANGELOG.md lists what changed.'],
    ['Which file names the licence?', 'LICENSE names the licence.'],
  ]),
};

function rows(pairs: [string, string][]): string {
  return pairs.map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`).join('');
}
