/*
 * Tells the links of a page, the address that it calls its own, and its structure, as JSON text. Runs in the engine's
 * isolated world. Methods are taken from their prototypes, because a form named querySelector hides the document's own.
 */
(() => {
  const MOST_LINKS = 4_000;
  const MOST_TEXT = 400_000;
  const MOST_ELEMENTS = 5_000;
  const DEEPEST = 5;

  /* What stands for the parts of a page; what fills them, as paragraphs and links, differs from page to page. */
  const PARTS = new Set([
    'header', 'nav', 'main', 'aside', 'footer', 'section', 'article', 'div', 'form', 'fieldset', 'table', 'ul', 'ol',
    'dl', 'figure', 'details', 'dialog', 'video', 'audio', 'canvas', 'iframe', 'h1', 'search',
  ]);

  const all = (selector) => Document.prototype.querySelectorAll.call(document, selector);

  const page = (href) => {
    let url;
    try {
      url = new URL(href);
    } catch {
      return null;
    }
    if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) {
      return null;
    }
    url.hash = '';
    return url.href;
  };

  const links = new Set();
  let text = 0;
  let leftOut = 0;
  for (const link of all('a[href], area[href]')) {
    const url = typeof link.href === 'string' ? page(link.href) : null;
    if (url === null || links.has(url)) {
      continue;
    }
    if (links.size >= MOST_LINKS || text + url.length > MOST_TEXT) {
      leftOut++;
    } else {
      links.add(url);
      text += url.length;
    }
  }

  const canonical = all('link[rel~=canonical i][href]')[0];

  const paths = new Set();
  let looked = 0;
  const walk = (element, path, depth) => {
    for (let child = element.firstElementChild; child && looked < MOST_ELEMENTS; child = child.nextElementSibling) {
      looked++;
      const tag = String(child.localName);
      if (PARTS.has(tag) || tag.includes('-')) {
        const below = `${path}/${tag}`;
        paths.add(below.slice(0, 400));
        if (depth < DEEPEST) {
          walk(child, below, depth + 1);
        }
      }
    }
  };
  const body = all('body')[0];
  if (body) {
    walk(body, '', 1);
  }

  return JSON.stringify({
    links: [...links],
    leftOut,
    canonical: canonical ? page(canonical.href) : null,
    structure: [...paths].sort().slice(0, 500).join('\n'),
  });
})()
