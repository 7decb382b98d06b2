/*
 * Tells the links of a page and the address that it calls its own, as JSON text. Runs in the engine's isolated world.
 * Methods are taken from their prototypes, because a form named querySelector hides the document's own.
 */
(() => {
  const MOST_LINKS = 4_000;
  const MOST_TEXT = 400_000;

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

  return JSON.stringify({
    links: [...links],
    leftOut,
    canonical: canonical ? page(canonical.href) : null,
  });
})()
