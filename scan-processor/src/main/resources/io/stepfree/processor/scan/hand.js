/*
 * Lets the worker find, look at and touch elements of a page from an isolated world. The file is one expression. A selector is CSS; " >>> " between
 * two of them steps into an open shadow root.
 */
(globalThis.stepfreeHand ??= (() => {
  let lastChange = performance.now();
  new MutationObserver(() => {
    lastChange = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  const steps = (selector) => selector.split(/\s*>>>\s*/);

  const find = (selector) =>
    steps(selector).reduce((root, step, index) => {
      const scope = index === 0 ? document : root?.shadowRoot;
      return scope?.querySelector(step) ?? null;
    }, null);

  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };

  const tell = (element, ...events) => {
    for (const event of events) {
      element.dispatchEvent(new Event(event, { bubbles: true, composed: true }));
    }
  };

  return {
    parses(selector) {
      try {
        for (const step of steps(selector)) {
          document.createDocumentFragment().querySelector(step);
        }
        return true;
      } catch {
        return false;
      }
    },

    isShown(selector) {
      const element = find(selector);
      return element !== null && isShown(element);
    },

    /* The middle of the element, scrolled into view, in CSS pixels of the viewport; null when it has just gone. */
    point(selector) {
      const element = find(selector);
      if (!element) {
        return null;
      }
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    },

    /* Whether the element can be typed into; what it holds is selected, so that typing replaces it. */
    focus(selector) {
      const element = find(selector);
      if (!element) {
        return false;
      }
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      element.focus();
      element.select?.();
      return element.matches('input, textarea, [contenteditable], [contenteditable] *');
    },

    typed(selector) {
      const element = find(selector);
      if (element) {
        tell(element, 'change');
      }
    },

    /* Whether there was such an option, by its value or its text. */
    choose(selector, wanted) {
      const element = find(selector);
      const option = [...(element?.options ?? [])].find((each) => each.value === wanted || each.text.trim() === wanted);
      if (!option) {
        return false;
      }
      option.selected = true;
      tell(element, 'input', 'change');
      return true;
    },

    scroll(selector) {
      if (selector) {
        find(selector)?.scrollIntoView({ block: 'center', behavior: 'instant' });
      } else {
        scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
      }
    },

    /* Milliseconds since the document last changed. */
    stillFor() {
      return performance.now() - lastChange;
    },
  };
})())
