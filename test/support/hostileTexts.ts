/** What would act if a place took it for markup, a link, an icon, a template, a path or a terminal's command. */
const payloads = [
  '<img src=x onerror="window.top.hit=1">', '<script>window.top.hit=1</script>', '"><svg onload=window.top.hit=1>', '<iframe srcdoc="<script>top.hit=1</script>"></iframe>',
  '<a href="command:workbench.action.quit">quit</a>', '<style>*{display:none}</style>', '<base href="https://evil.example/">', '<math><mi xlink:href="data:x,<script>top.hit=1</script>">x',
  '[quit](command:workbench.action.quit)', '![x](https://evil.example/x.png)', '[x](javascript:top.hit=1)', '# heading\n\n- list', '`code` **bold** ~~gone~~', '$(flame) $(error)',
  '{{constructor.constructor("top.hit=1")()}}', '${top.hit=1}', "'-(top.hit=1)-'", 'javascript:top.hit=1', '../../../../etc/passwd', 'C:\\Windows\\System32', '\u001b[31mred\u001b[0m\u0007',
  '\u202edesrever\u202c', 'zero\u200bwidth\ufeff', '&lt;script&gt;&#x6a;', 'a'.repeat(3000),
];
const dresses: ((text: string, index: number) => string)[] = [
  (text) => text, (text) => `"${text}"`, (text) => `'${text}'`, (text) => `<!--${text}-->`, (text) => `</textarea>${text}`, (text) => `</script>${text}`, (text) => `<![CDATA[${text}]]>`,
  (text) => `${text}${text}`, (text) => text.toUpperCase(), (text) => ` ${text} `, (text) => `\n${text}\n`, (text) => JSON.stringify(text), (text) => `[${text}](${text})`, (text) => `*${text}*`,
  (text) => `|${text}|`, (text) => `\\${text}`, (text) => `%0a${text}`, (text) => `<b>${text}</b>`, (text) => `<${text}>`, (text, index) => `${String(index)} ${text}`,
];

/** Five hundred texts that must stay texts wherever they are shown. */
export const hostileTexts: readonly string[] = payloads.flatMap((payload) => dresses.map((dress, index) => dress(payload, index)));
