// Who may import whom (src/ARCHITECTURE.md). `npm run check` also fails when suspiciously few modules were cruised.
const floors = [
  ['datasets', 'jobs', 'inference', 'memory', 'models', 'setup'],
  ['runs', 'providers'],
  ['adapters', 'agents'],
  ['camp'],
  ['learning', 'reports'],
  ['pipelines'],
  ['language'],
];

/** A domain imports domains of lower floors only. */
const floorRules = floors.flatMap((domains, floor) =>
  domains.map((domain) => {
    const forbidden = floors.slice(floor).flat().filter((other) => other !== domain);
    return {
      name: `floor-of-${domain}`,
      severity: 'error',
      from: { path: `^src/backend/${domain}/` },
      to: { path: `^src/backend/(${forbidden.join('|')})/` },
    };
  }),
);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } } },
    { name: 'protocol-is-a-leaf', severity: 'error', from: { path: '^src/protocol/', pathNot: '^src/protocol/generate' }, to: { pathNot: '^(src/protocol/|node_modules/zod)' } },
    { name: 'common-imports-nothing', severity: 'error', from: { path: '^src/common/' }, to: { pathNot: '^src/common/' } },
    { name: 'extension-is-thin', severity: 'error', from: { path: '^src/extension/' }, to: { path: '^(src/(backend|cli)/|webviews/)' } },
    { name: 'activation-is-light', comment: 'What activate() loads statically; zod and the language client come with the first need.', severity: 'error', from: { path: '^src/extension/', pathNot: '^src/extension/(client/backendProcess|panels/relay)' }, to: { path: '^node_modules/(zod|vscode-languageclient)', dependencyTypesNot: ['type-only'] } },
    { name: 'contributions-are-data', comment: 'They are also read outside the editor.', severity: 'error', from: { path: '^src/extension/contributions/' }, to: { pathNot: '^src/(extension/contributions|protocol|common)/' } },
    { name: 'webviews-know-the-contract-only', severity: 'error', from: { path: '^webviews/' }, to: { path: '^(src/(?!protocol/|common/)|node:)' } },
    { name: 'panels-share-through-shared', severity: 'error', from: { path: '^webviews/([^/]+)/', pathNot: '^webviews/shared/' }, to: { path: '^webviews/', pathNot: '^webviews/(shared|$1)/|css\\.d\\.ts$' } },
    { name: 'webviews-carry-no-schemas', comment: 'zod would be most of a panel.', severity: 'error', from: { path: '^webviews/' }, to: { path: '^(node_modules/zod|src/protocol/)', dependencyTypesNot: ['type-only', 'type-import'], pathNot: 'src/protocol/(panelKinds|envelopeFields|exportDefaults)' } },
    { name: 'vscode-only-in-extension', severity: 'error', from: { pathNot: '^(src/extension/|test/vscode/)' }, to: { path: '(^vscode$|@types/vscode)' } },
    { name: 'sqlite-only-in-store', severity: 'error', from: { path: '^src/', pathNot: '^src/backend/store/' }, to: { path: 'better-sqlite3', dependencyTypesNot: ['type-only'] } },
    { name: 'processes-only-in-platform', severity: 'error', from: { path: '^src/', pathNot: '^src/(backend/platform|bootstrap|packaging)/' }, to: { path: '^(node:child_process|child_process|node_modules/execa)' } },
    { name: 'store-knows-no-domain', severity: 'error', from: { path: '^src/backend/store/' }, to: { path: '^src/backend/(?!store/|platform/)' } },
    { name: 'platform-knows-no-domain', severity: 'error', from: { path: '^src/backend/platform/' }, to: { path: '^src/backend/(?!platform/)' } },
    { name: 'packaging-builds-only', comment: 'It runs before anything is built, and nothing of it is shipped.', severity: 'error', from: { path: '^src/packaging/' }, to: { path: '^(src/(?!packaging/|bootstrap/)|webviews/|test/)' } },
    { name: 'product-knows-no-packaging', severity: 'error', from: { path: '^src/(?!packaging/)' }, to: { path: '^src/packaging/' } },
    { name: 'backend-knows-no-face', severity: 'error', from: { path: '^src/backend/' }, to: { path: '^src/(cli|extension)/' } },
    { name: 'product-knows-no-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    ...floorRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'src/backend/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
};
