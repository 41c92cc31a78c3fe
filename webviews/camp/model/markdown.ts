import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { segmentsOf } from '../../shared/segments.ts';

/** Beyond this a text is shown as it is: laying it out as markdown would hold the page. */
const mostCharacters = 100_000;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
// Nothing is loaded and nothing is followed: a link and an image are told with their address, as text.
markdown.renderer.rules['link_open'] = () => '<span class="told-link">';
markdown.renderer.rules['link_close'] = (tokens, index) => {
  const opened = tokens.slice(0, index).findLast(({ type }) => type === 'link_open');
  return `</span> <code class="address">${markdown.utils.escapeHtml(String(opened?.attrGet('href') ?? ''))}</code>`;
};
markdown.renderer.rules['image'] = (tokens, index) => {
  const image = tokens[index];
  return `<span class="told-link">${markdown.utils.escapeHtml(image?.content ?? '')}</span> <code class="address">${markdown.utils.escapeHtml(String(image?.attrGet('src') ?? ''))}</code>`;
};

const allowed = {
  ALLOWED_TAGS: ['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span'],
  ALLOWED_ATTR: ['class', 'start'],
};

/** A model's text as elements, made safe: no HTML of its own, nothing that loads, nothing that can be clicked. */
export function renderMarkdown(text: string): DocumentFragment {
  const shown = segmentsOf(text).map(({ kind, text: part }) => (kind === 'text' ? part : `⟦${part}⟧`)).join('');
  if (shown.length > mostCharacters) {
    const fragment = document.createDocumentFragment();
    const plain = document.createElement('pre');
    plain.textContent = shown;
    fragment.append(plain);
    return fragment;
  }
  return DOMPurify.sanitize(markdown.render(shown), { ...allowed, RETURN_DOM_FRAGMENT: true });
}
