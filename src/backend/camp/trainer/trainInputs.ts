import type { CampInput, SessionDocument } from '../../../protocol/camp.ts';

/** The inputs that agents may be made and changed for. Held-out ones must never reach a prompt of the trainer. */
export function trainInputs({ inputs }: SessionDocument): CampInput[] {
  return inputs.filter(({ split }) => split === 'train');
}
