/** Files of CodeAgents and the schema of each; esbuild.mjs lays the schemas beside the bundles. */
const schemas = [
  { files: ['CodeAgents/*/agent.yaml', 'CodeAgents/*/agent.yml'], schema: 'agent' },
  { files: ['CodeAgents/drills/*.yaml', 'CodeAgents/drills/*.yml'], schema: 'drill' },
  { files: ['CodeAgents/models/*.yaml', 'CodeAgents/models/*.yml'], schema: 'profile' },
  { files: ['CodeAgents/campaigns/*.yaml', 'CodeAgents/campaigns/*.yml'], schema: 'campaign' },
] as const;

const url = (schema: string): string => `./dist/schemas/${schema}.json`;

/** For the editor’s own support of JSON. */
export const jsonValidation = [{ fileMatch: ['CodeAgents/training.config.json'], url: url('workspace-config') }];

/** For the YAML support of others; ours needs none. */
export const yamlValidation = schemas.flatMap(({ files, schema }) => files.map((fileMatch) => ({ fileMatch, url: url(schema) })));
