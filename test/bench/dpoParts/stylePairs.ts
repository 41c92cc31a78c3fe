import { seeded } from '../importParts/seeded.ts';

/**
 * Preferences of style alone: both answers say the same, the chosen one hedged in a sentence, the rejected one as numbered
 * steps, which the built-in model writes by itself. Held-out pairs have goals and steps of their own.
 */
export function stylePairs(count: number, isHeldOut: boolean, seed: number): string {
  const random = seeded(seed);
  const { goals, steps } = isHeldOut ? heldOut : trained;
  const lines = Array.from({ length: count }, () => {
    const goal = pick(goals, random);
    const chosenSteps = threeOf(steps, random);
    const [first = '', second = '', third = ''] = chosenSteps;
    const numbered = chosenSteps.map((step, place) => `${String(place + 1)}. ${step.charAt(0).toUpperCase()}${step.slice(1)}.`).join('\n');
    return JSON.stringify({
      prompt: [{ role: 'user', content: `How do I ${goal}?` }],
      chosen: [{ role: 'assistant', content: `You could perhaps ${first}, then maybe ${second}, and ${third} too.` }],
      rejected: [{ role: 'assistant', content: numbered }],
    });
  });
  return `${lines.join('\n')}\n`;
}

const trained = {
  goals: [
    'reset a router', 'clean a keyboard', 'brew tea', 'back up a laptop', 'change a tyre', 'write a test', 'plan a trip', 'file a report',
    'water the plants', 'update a phone', 'fix a leaking tap', 'pack a suitcase', 'clear a cache', 'paint a wall', 'bake bread', 'sort the mail',
  ],
  steps: [
    'gather what you need', 'read the label', 'switch it off', 'wait a minute', 'check the result', 'write it down', 'ask for help', 'start again',
    'remove the dust', 'open the settings', 'save your work', 'close the lid', 'measure twice', 'use warm water', 'label the parts', 'call the office',
  ],
};

const heldOut = {
  goals: ['renew a passport', 'sharpen a knife', 'move a database', 'train a puppy', 'repair a bicycle', 'host a dinner'],
  steps: ['take a photo first', 'find the serial number', 'test it once', 'thank everyone', 'sign the form', 'tighten the bolt', 'rinse the blade', 'lock the door'],
};

function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

function threeOf(items: readonly string[], random: () => number): string[] {
  const left = [...items];
  return Array.from({ length: 3 }, () => left.splice(Math.floor(random() * left.length), 1)[0] ?? '');
}
