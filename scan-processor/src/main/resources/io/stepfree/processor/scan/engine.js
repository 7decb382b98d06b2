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

  globalThis.stepfree = {
    /* Checks this frame; the result stays here in the top frame and goes out from the others. */
    async check(context, options, keep) {
      const frameContext = context ?? document;
      const partial = await axe.runPartial(frameContext, options);
      // Looking for frames costs a walk over the page, so it is only done where axe has met one.
      contexts = partial.frames.length ? axe.utils.getFrameContexts(frameContext, options) : [];
      elements = contexts.map((found) => axe.utils.shadowSelect(found.frameSelector));
      own = keep ? partial : null;
      return JSON.stringify({
        frames: contexts.map((found) => found.frameContext),
        expected: partial.frames.length,
        partial: keep ? null : JSON.stringify(partial),
      });
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
      return JSON.stringify({
        engine: `${results.testEngine.name} ${results.testEngine.version}`,
        violations: results.violations.map((result) => finding(result, limits)),
        needsReview: results.incomplete.map((result) => finding(result, limits)),
        passes: results.passes.length,
        inapplicable: results.inapplicable.length,
      });
    },

    /* What is known of the page without the engine. */
    facts() {
      const body = document.body;
      return JSON.stringify({
        url: location.href,
        title: cut(document.title, 300),
        language: cut(document.documentElement?.getAttribute('lang'), 100),
        empty:
          !body ||
          (body.innerText.trim() === '' &&
            !body.querySelector('img, svg, canvas, video, object, embed, iframe') &&
            body.getElementsByTagName('*').length < 3),
      });
    },
  };
})();
