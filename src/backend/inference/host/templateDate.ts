/**
 * The date that chat templates see: always the first of January 2025, here and in the trainer alike, so that an adapter
 * is asked with the prompt that it was trained on. `src/trainer/training_camp/template_date.py` holds the same table.
 */
const values: ReadonlyMap<string, string> = new Map([
  ['%a', 'Wed'], ['%A', 'Wednesday'], ['%w', '3'], ['%u', '3'],
  ['%d', '01'], ['%-d', '1'], ['%e', ' 1'], ['%j', '001'], ['%-j', '1'],
  ['%b', 'Jan'], ['%h', 'Jan'], ['%B', 'January'], ['%m', '01'], ['%-m', '1'],
  ['%y', '25'], ['%Y', '2025'], ['%C', '20'], ['%G', '2025'], ['%g', '25'], ['%U', '00'], ['%W', '00'], ['%V', '01'],
  ['%H', '00'], ['%-H', '0'], ['%I', '12'], ['%-I', '12'], ['%p', 'AM'], ['%M', '00'], ['%-M', '0'], ['%S', '00'], ['%-S', '0'],
  ['%f', '000000'], ['%z', ''], ['%Z', ''],
  ['%c', 'Wed Jan  1 00:00:00 2025'], ['%x', '01/01/25'], ['%X', '00:00:00'],
  ['%D', '01/01/25'], ['%F', '2025-01-01'], ['%T', '00:00:00'], ['%R', '00:00'], ['%n', '\n'], ['%t', '\t'], ['%%', '%'],
]);

/** What templates call as `strftime_now`; codes that strftime does not have stay as they are. */
export function strftimeNow(pattern: string): string {
  return pattern.replaceAll(/%-?[A-Za-z%]/g, (code) => values.get(code) ?? code);
}
