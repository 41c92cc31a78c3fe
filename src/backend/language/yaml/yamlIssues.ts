import type { Severity } from '../../../protocol/datasets.ts';

interface YamlCodeEntry {
  severity: Severity;
  sentence: string;
  fix: string | null;
}

/** What can be wrong with a file of CodeAgents. */
export const yamlIssueCodes = {
  yaml_syntax: { severity: 'error', sentence: 'The file is no YAML.', fix: 'Correct it at this place; indentation is by spaces.' },
  key_unknown: { severity: 'error', sentence: 'There is no such key here.', fix: 'Correct its name, or remove it.' },
  key_missing: { severity: 'error', sentence: 'A key that is needed is not there.', fix: 'Add the key.' },
  value_invalid: { severity: 'error', sentence: 'The value is not one that the key can have.', fix: 'Write one of the values that are named.' },
  name_differs: { severity: 'error', sentence: 'The name in the file is not that of the file or folder.', fix: 'Write the same name in both places.' },
  reference_missing: { severity: 'warning', sentence: 'The file that is named does not exist.', fix: 'Correct the name, or make the file.' },
} as const satisfies Record<string, YamlCodeEntry>;

export type YamlIssueCode = keyof typeof yamlIssueCodes;
