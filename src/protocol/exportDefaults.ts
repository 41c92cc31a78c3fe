/** What an export takes where nobody says otherwise: for its schema, and for the dialog that shows it before it is asked for. */
export const exportDefaults = {
  format: 'trl_messages',
  minScore: 8,
  maxBadScore: 4,
  margin: 2,
  system: 'You are a helpful assistant.',
  includeJudge: false,
} as const;
