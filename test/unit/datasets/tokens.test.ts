import { expect, it } from 'vitest';
import { estimateTokens } from '../../../src/backend/datasets/import/tokens.ts';

/** Texts with the tokens that the built-in model's tokenizer makes of them. */
const measured: [string, string, number][] = [
  ['English', 'I would be glad to help you with that. First, open the settings of your account and choose the tab that is called Billing. There you will find a list of your invoices; click on the one that you would like to download. If the button is grey, your payment has not been confirmed yet, which usually takes one or two working days. Please let me know if this does not work for you, and I will ask my colleagues to look into it. The history of the city goes back more than a thousand years, and many of its oldest buildings can still be visited today.', 121],
  ['German', 'Die Geschichte der Stadt reicht mehr als tausend Jahre zurück, und viele ihrer ältesten Gebäude können noch heute besichtigt werden. Könnten Sie mir bitte sagen, wie spät es ist? Natürlich, es ist Viertel vor drei. Über den Fluss führt eine schöne Brücke, die im Frühjahr geöffnet wird.', 119],
  ['Russian', 'История города насчитывает более тысячи лет, и многие из его старейших зданий можно посетить и сегодня. Не могли бы вы сказать мне, который час? Конечно, сейчас без четверти три.', 130],
  ['Arabic', 'يعود تاريخ المدينة إلى أكثر من ألف عام، ولا يزال من الممكن زيارة العديد من أقدم مبانيها حتى اليوم.', 88],
  ['Hindi', 'शहर का इतिहास एक हजार साल से भी अधिक पुराना है, और इसकी कई सबसे पुरानी इमारतों को आज भी देखा जा सकता है।', 110],
  ['Chinese', '这座城市的历史可以追溯到一千多年前，许多最古老的建筑至今仍可参观。请问现在几点了？当然，现在是两点四十五分。', 89],
  ['Korean', '이 도시의 역사는 천 년이 넘으며, 가장 오래된 건물 중 많은 곳을 오늘날에도 방문할 수 있습니다.', 105],
  ['emoji', '😀🎉🚀👍🔥❤️✨🙏😂🥳'.repeat(3), 90],
];

it.each(measured)('estimates %s within 15 %', (_name, text, tokens) => {
  const markers = 5;
  const estimate = estimateTokens({ kind: 'text', text }, text.length, false) - markers;
  expect(Math.abs(estimate - tokens) / tokens).toBeLessThan(0.15);
});

it('needs no look at text that is known to be ASCII', () => {
  const text = 'Nothing but plain letters here.';
  const row = { kind: 'chat' as const, messages: [{ role: 'user' as const, content: text }, { role: 'assistant' as const, content: text }] };
  expect(estimateTokens(row, 2 * text.length, true)).toBe(estimateTokens(row, 2 * text.length, false));
});
