import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const posixOnly = ['kill(-', 'setsid', 'getuid', 'chmodSync'].map((name) => ({
  selector: `CallExpression[callee.property.name='${name}']`,
  message: `${name} is POSIX only: it belongs in backend/platform, with a Windows branch.`,
}));

export default defineConfig(
  { ignores: ['dist/**', '.build/**', '.tools/**', 'node_modules/**', 'coverage/**', '**/*.py', 'src/protocol/schema/**'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', clearTimeout: 'readonly', Buffer: 'readonly', fetch: 'readonly', performance: 'readonly' } },
  },
  {
    files: ['src/**/*.ts', 'webviews/**/*.{ts,tsx}', 'test/**/*.ts', '.config/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['.config/*.ts'] }, tsconfigRootDir: new URL('..', import.meta.url).pathname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
      'no-control-regex': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/backend/platform/**', 'src/packaging/**', 'src/cli/output.ts', 'src/cli/entry.ts', 'src/cli/main.ts'],
    rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', ...posixOnly] },
  },
  { files: ['webviews/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended], rules: { 'no-console': 'error', 'no-restricted-properties': ['error', { property: 'innerHTML', message: 'Text from models and datasets is not trusted: use textContent, or the markdown component.' }] } },
  {
    files: ['test/**/*.ts', '.config/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'no-restricted-exports': 'off',
    },
  },
);
