/*
 * Runs beside axe-core in the isolated world of each frame, where the page's own scripts can neither see nor change it.
 * Everything goes in and out as JSON text.
 */
(() => {
  let contexts = [];
  let elements = [];
  let own = null;

  const cut = (value, limit) => String(value ?? '').slice(0, limit);

  const node = (found, limits) => ({
    target: found.target.flat(Infinity).map((selector) => cut(selector, limits.text)),
    html: cut(found.html, limits.text),
    summary: cut(found.failureSummary, limits.text),
    impact: found.impact ?? null,
  });

  const finding = (result, limits) => ({
    rule: result.id,
    impact: result.impact ?? null,
    help: result.help,
    helpUrl: result.helpUrl,
    description: result.description,
    tags: result.tags,
    nodeCount: result.nodes.length,
    nodes: result.nodes.slice(0, limits.nodes).map((found) => node(found, limits)),
  });

  const NEVER_SHOWN = new Set(['script', 'style', 'noscript', 'template', 'link', 'meta', 'title']);
  const CONTENT =
    'img, svg, canvas, video, audio, object, embed, iframe, frame, math, hr, input, button, select, textarea, meter,' +
    'progress, summary, a[href], [role=img], [aria-label], [contenteditable]';

  const isContent = (element) => {
    const box = element.getBoundingClientRect();
    if (element.matches(CONTENT)) {
      const isPixel = element.matches('img, iframe') && box.width <= 1 && box.height <= 1;
      return !isPixel;
    }
    if (box.width === 0 || box.height === 0) {
      return false;
    }
    // A component may keep what it shows in a closed shadow root.
    return (
      (element.localName.includes('-') && element.matches(':defined') && !element.shadowRoot) ||
      getComputedStyle(element).backgroundImage.includes('url(')
    );
  };

  /* Whether there is anything rendered that could be read, seen or used; ends at the first such thing. */
  const hasContent = (root) => {
    const left = [root];
    while (left.length > 0) {
      const parent = left.pop();
      if (parent.nodeType === Node.ELEMENT_NODE) {
        const style = getComputedStyle(parent);
        if (NEVER_SHOWN.has(parent.localName) || style.display === 'none') {
          continue;
        }
        if (isContent(parent)) {
          return true;
        }
        if (parent.shadowRoot) {
          left.push(parent.shadowRoot);
        }
      }
      for (const child of parent.childNodes) {
        if (child.nodeType === Node.TEXT_NODE && child.nodeValue.trim() !== '') {
          return true;
        }
        if (child.nodeType === Node.ELEMENT_NODE) {
          left.push(child);
        }
      }
    }
    return false;
  };

  globalThis.stepfree = {
    /*
     * Checks this frame. The result stays here in the top frame, where there is no limit; it goes out from the others,
     * unless that would take more characters than the limit.
     */
    async check(context, options, limit) {
      const frameContext = context ?? document;
      const partial = await axe.runPartial(frameContext, options);
      // Looking for frames costs a walk over the page, so it is only done where axe has met one.
      contexts = partial.frames.length ? axe.utils.getFrameContexts(frameContext, options) : [];
      elements = contexts.map((found) => axe.utils.shadowSelect(found.frameSelector));
      own = limit === null ? partial : null;
      const answer = JSON.stringify({
        frames: contexts.map((found) => found.frameContext),
        expected: partial.frames.length,
        partial: limit === null ? null : JSON.stringify(partial),
      });
      return limit !== null && answer.length > limit ? JSON.stringify({ tooLarge: true }) : answer;
    },

    /* The element of a frame, by the order in which check has told them. */
    frameElement(index) {
      return elements[index];
    },

    frameAddress(index) {
      const element = elements[index];
      return cut(element?.src || element?.id || 'without an address', 300);
    },

    /* Puts the frames' results together; a frame that could not be checked is null. */
    async finish(others, options, limits) {
      const partials = [own, ...others.map((text) => (text === null ? null : JSON.parse(text)))];
      const results = await axe.finishRun(partials, options);
      const told = (nodes) => JSON.stringify({
        engine: `${results.testEngine.name} ${results.testEngine.version}`,
        violations: results.violations.map((result) => finding(result, { ...limits, nodes })),
        needsReview: results.incomplete.map((result) => finding(result, { ...limits, nodes })),
        passes: results.passes.length,
        inapplicable: results.inapplicable.length,
        nodesShown: nodes,
      });
      let nodes = limits.nodes;
      let text = told(nodes);
      while (text.length > limits.answer && nodes > 0) {
        nodes = Math.floor(nodes / 2);
        text = told(nodes);
      }
      return text;
    },

    /* What is known of the page without the engine. */
    facts() {
      return JSON.stringify({
        url: location.href,
        title: cut(document.title, 300),
        language: cut(document.documentElement?.getAttribute('lang'), 100),
        empty: !document.body || !hasContent(document.body),
      });
    },
  };
})();
