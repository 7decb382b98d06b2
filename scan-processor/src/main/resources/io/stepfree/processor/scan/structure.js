/*
 * Tells how the page is built, as JSON text: the paths of its parts from the top down, each once and sorted. Pages made
 * from one template have the same; docs/adr/0031 says why. Runs in the engine's isolated world. Properties are taken
 * from their prototypes, because a form named children hides its own.
 */
(() => {
  const MOST_ELEMENTS = 20_000;
  const MOST_PATHS = 500;
  const LONGEST_PATH = 400;
  const DEEPEST = 5;

  /* What a page is divided into. A custom element is one too. */
  const REGIONS = new Set([
    'header', 'nav', 'main', 'aside', 'footer', 'section', 'article', 'form', 'fieldset', 'search',
  ]);

  /* What parts are made with, but running text as well. Paragraphs, links and pictures only fill a page. */
  const BOXES = new Set(['div', 'ul', 'ol', 'dl', 'table', 'figure', 'details', 'video', 'audio', 'canvas']);

  const PLAYED = new Set(['video', 'audio', 'canvas']);
  const TEXT = new Set(['p', 'blockquote', 'pre']);
  const HEADING = /^h[1-6]$/;
  const STAYS = new Set(['header', 'nav', 'main', 'footer']);
  const CONSENT = /cookie|consent|gdpr/i;
  const HOLDS_A_REGION = [...REGIONS].join();
  const HOLDS_THE_PAGE = 'main, [role=main], h1';

  const property = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (node) => get.call(node);
  };
  const childrenOf = property(Element.prototype, 'children');
  const shadowOf = property(Element.prototype, 'shadowRoot');
  const nameOf = property(Element.prototype, 'localName');
  const textOf = property(Node.prototype, 'textContent');
  const attribute = (element, name) => Element.prototype.getAttribute.call(element, name) ?? '';
  const holds = (element, selector) => Element.prototype.querySelector.call(element, selector) !== null;
  const isShown = (element) => Element.prototype.checkVisibility.call(element);

  const isCustom = (tag) => tag.includes('-');
  const isRegion = (tag) => REGIONS.has(tag) || isCustom(tag);

  const isEmpty = (element, tag) =>
    !PLAYED.has(tag) && !isCustom(tag) && childrenOf(element).length === 0 && textOf(element).trim() === '';

  /* What lies over the page for a while, as a dialog or the question about cookies. */
  const isLaidOver = (element, tag) => {
    const role = attribute(element, 'role');
    const asks =
      role === 'dialog' || role === 'alertdialog' || attribute(element, 'aria-modal') === 'true' ||
      CONSENT.test(`${attribute(element, 'id')} ${attribute(element, 'class')} ${attribute(element, 'aria-label')}`) ||
      (!STAYS.has(tag) && getComputedStyle(element).position === 'fixed');
    return asks && tag !== 'main' && !holds(element, HOLDS_THE_PAGE);
  };

  /* Whether it is text that runs on, in which a list or a picture more is content and no other structure. */
  const isProse = (children) => {
    const tags = children.map(nameOf).filter((tag) => !HEADING.test(tag));
    const texts = tags.filter((tag) => TEXT.has(tag)).length;
    return texts > 1 || texts * 2 > tags.length;
  };

  let looked = 0;

  const partsOf = (element, mayBeProse) => {
    const shadow = shadowOf(element);
    const children = [...(shadow ? shadow.children : []), ...childrenOf(element)];
    const prose = mayBeProse && isProse(children);
    const parts = [];
    for (const child of children) {
      if (++looked > MOST_ELEMENTS) {
        break;
      }
      const tag = String(nameOf(child));
      const isPart = isRegion(tag) || (BOXES.has(tag) && (!prose || holds(child, HOLDS_A_REGION)));
      if (isPart && !isEmpty(child, tag) && isShown(child) && !isLaidOver(child, tag)) {
        parts.push({ element: child, tag });
      }
    }
    return parts;
  };

  /* Boxes around the whole page say nothing, and would use up the depth. */
  const body = property(Document.prototype, 'body')(document);
  let top = body ? partsOf(body, false) : [];
  for (let around = 0; top.length === 1 && top[0].tag === 'div' && around < 20; around++) {
    top = partsOf(top[0].element, false);
  }

  /* Level by level, so that a long list does not hide what comes after it. */
  const paths = new Set();
  let level = top.map((part) => ({ ...part, above: '' }));
  for (let depth = 1; depth <= DEEPEST && level.length > 0; depth++) {
    const below = [];
    for (const { element, tag, above } of level) {
      const path = `${above}/${tag}`.slice(0, LONGEST_PATH);
      paths.add(path);
      if (depth < DEEPEST) {
        for (const part of partsOf(element, true)) {
          below.push({ ...part, above: path });
        }
      }
    }
    level = below;
  }

  return JSON.stringify({ structure: [...paths].sort().slice(0, MOST_PATHS).join('\n') });
})()
