/*
 * Runs beside axe-core in the isolated world of each frame, where the page's own scripts can neither see nor change it.
 * Everything goes in and out as JSON text.
 */
(() => {
  let frames = [];
  let own = null;

  const cut = (value, limit) => String(value ?? '').slice(0, limit);

  /* What axe knows of the colours behind a verdict on contrast (color-contrast and color-contrast-enhanced). */
  const contrast = (found) => {
    const data = found.any.find((check) => check.id.startsWith('color-contrast'))?.data;
    if (!data?.fgColor || !data.bgColor || !data.contrastRatio) {
      return null;
    }
    return {
      foreground: cut(data.fgColor, 20),
      background: cut(data.bgColor, 20),
      ratio: data.contrastRatio,
      required: parseFloat(data.expectedContrastRatio) || 0,
      fontSize: cut(data.fontSize, 40),
      fontWeight: cut(data.fontWeight, 40),
    };
  };

  const node = (found, limits) => ({
    target: found.target.flat(Infinity).map((selector) => cut(selector, limits.text)),
    frames: found.target.length - 1,
    ancestry: found.ancestry.flat(Infinity).map((selector) => cut(selector, 20_000)),
    html: cut(found.html, limits.text),
    summary: cut(found.failureSummary, limits.text),
    impact: found.impact ?? null,
    contrast: contrast(found),
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
      (String(element.localName).includes('-') && element.matches(':defined') && !element.shadowRoot) ||
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

  /* Elements that may have a shadow root (DOM standard, attachShadow) without being custom elements. */
  const PLAIN_HOSTS = new Set(
    'article aside blockquote div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(' '));

  /* Marks that the common bot walls leave in the page they show in place of the one asked for. */
  const CHALLENGES = {
    Cloudflare: '#challenge-form, #challenge-running, #cf-challenge-running, script[src*="/cdn-cgi/challenge-platform/"][src*="/orchestrate/"]',
    DataDome: 'iframe[src*="captcha-delivery.com"], script[src*="captcha-delivery.com"]',
    PerimeterX: '#px-captcha',
    Imperva: 'iframe[src*="_Incapsula_Resource"]',
    Akamai: '#sec-if-cpt-container, #sec-cpt-if',
  };

  const shows = (element, pseudo) => !['none', 'normal'].includes(getComputedStyle(element, pseudo).content);

  /* Whether an element takes up room for content although it has none that can be seen from outside. */
  const holdsUnseen = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || shows(element, '::before') || shows(element, '::after')) {
      return false;
    }
    const style = getComputedStyle(element);
    if (style.display === 'inline') {
      return true;
    }
    const room = element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    return room > 0 && element.computedStyleMap().get('height')?.value === 'auto';
  };

  const isLaidOut = (element) => element.checkVisibility() || getComputedStyle(element).display !== '';

  /* Whether an element leaves its children out of what it shows, which only a shadow root without a slot for them does. */
  const hidesChildren = (element) =>
    element.firstElementChild && !isLaidOut(element.firstElementChild) && isLaidOut(element);

  const challenge = () => {
    for (const [name, marks] of Object.entries(CHALLENGES)) {
      if (document.querySelector(marks)) {
        return name;
      }
    }
    return null;
  };

  /* How many elements there are and how deep they are nested, open shadow roots included. */
  const measure = () => {
    let elements = 0;
    let deepest = 0;
    const left = [[document, 0]];
    while (left.length > 0) {
      const [parent, depth] = left.pop();
      deepest = Math.max(deepest, depth);
      for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
        elements++;
        if (child.firstElementChild) {
          left.push([child, depth + 1]);
        }
        if (child.shadowRoot) {
          left.push([child.shadowRoot, depth + 1]);
        }
      }
    }
    return { elements, deepest };
  };

  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };

  const NO_TEXT = ['hidden', 'submit', 'button', 'image', 'reset', 'checkbox', 'radio']
    .map((type) => `:not([type=${type}])`)
    .join('');
  const USER_NAME =
    '[autocomplete~=username i]' +
    ['identifier', 'loginfmt', 'login', 'username', 'user_name', 'user', 'userid', 'user_id', 'accountname']
      .map((name) => `, [name=${name} i]`)
      .join('');

  /*
   * What the only field of the page asks for, as the first step of a login does: "name" for a user name, "email" for an
   * address, which may as well be a newsletter's.
   */
  const onlyField = () => {
    const fields = [...document.querySelectorAll(`input${NO_TEXT}, textarea`)].filter(isShown);
    if (fields.length !== 1) {
      return null;
    }
    if (fields[0].matches(USER_NAME)) {
      return 'name';
    }
    return fields[0].matches('[type=email], [autocomplete~=email i]') ? 'email' : null;
  };

  /* The document and the open shadow roots in it. */
  const openRoots = () => {
    const roots = [document];
    for (const root of roots) {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) {
          roots.push(element.shadowRoot);
        }
      }
    }
    return roots;
  };

  const frameElements = () => openRoots().flatMap((root) => [...root.querySelectorAll('iframe, frame')]);

  /* The frames as axe goes through them. Looking for them is dear, so only a page that has any is asked. */
  const framesToCheck = (context, options) => {
    const found = frameElements().length ? axe.utils.getFrameContexts(context, options) : [];
    return found.map(({ frameSelector, frameContext }) => ({
      element: axe.utils.shadowSelect(frameSelector),
      selector: [frameSelector].flat(Infinity).join(' '),
      context: frameContext,
    }));
  };

  const frameName = ({ element, selector }) => cut(element?.src || element?.id || selector, 300);

  /* The first element that a selector means, also in open shadow roots when it is a path of selectors. */
  const find = (selector) => axe.utils.shadowSelect(selector);

  globalThis.stepfree = {
    /*
     * Checks this frame. The result stays here in the top frame, where there is no limit; it goes out from the others,
     * unless that would take more characters than the limit.
     */
    async check(context, options, limit) {
      const frameContext = context ?? document;
      // In the same step in which axe takes its own look at the frames: the page may change them while axe runs.
      frames = framesToCheck(frameContext, options);
      const known = new Set(frameElements());
      const partial = await axe.runPartial(frameContext, options);
      const unmatched = partial.frames.length !== frames.length;
      if (unmatched) {
        frames = [];
      }
      const added = frameElements().some((element) => !known.has(element))
        ? framesToCheck(frameContext, options).filter((frame) => frame.element && !known.has(frame.element))
        : [];
      own = limit === null ? partial : null;
      const answer = JSON.stringify({
        frames: frames.map((frame) => frame.context),
        added: added.map(frameName),
        unmatched: unmatched ? partial.frames.length : 0,
        partial: limit === null ? null : JSON.stringify(partial),
      });
      return limit !== null && answer.length > limit ? JSON.stringify({ tooLarge: true }) : answer;
    },

    /* The element of a frame, by the order in which check has told them; null when it is not there or no longer. */
    frameElement(index) {
      const { element } = frames[index];
      return element?.isConnected ? element : null;
    },

    frameName(index) {
      return frameName(frames[index]);
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
      const text = document.body?.innerText ?? '';
      return JSON.stringify({
        url: location.href,
        title: cut(document.title, 300),
        language: cut(document.documentElement?.getAttribute('lang'), 100),
        empty: !document.body || !hasContent(document.body),
        served: performance.getEntriesByType('navigation')[0]?.decodedBodySize ?? -1,
        ...measure(),
        text: text.length,
        start: cut(text.trim(), 600),
        asksForPassword: [...document.querySelectorAll('input[type=password]')].some(isShown),
        onlyField: onlyField(),
        challenge: challenge(),
      });
    },

    /*
     * Elements that may hide a closed shadow root, in which nobody from outside can look; null when there are none.
     * Asking for the whole tree with what is closed in it would leave no doubt, but takes twenty times as long.
     */
    possibleHosts(limit) {
      const hosts = [];
      const roots = [document];
      while (roots.length > 0 && hosts.length < limit) {
        for (const element of roots.pop().querySelectorAll('*')) {
          if (element.shadowRoot) {
            roots.push(element.shadowRoot);
          } else if (
            (String(element.localName).includes('-') && element.matches(':defined')) ||
            (PLAIN_HOSTS.has(element.localName) &&
              (element.childNodes.length === 0 ? holdsUnseen(element) : hidesChildren(element)))
          ) {
            hosts.push(element);
          }
        }
      }
      return hosts.length ? hosts.slice(0, limit) : null;
    },

    selector(element) {
      const id = element.id ? `#${element.id}` : '';
      return cut(`<${element.localName}${id}>`, 300);
    },

    /* Where an element is on the page, in CSS pixels from the page's corner; null when it is not shown. */
    box(target) {
      const element = find(target);
      if (!element || !isShown(element)) {
        return null;
      }
      const box = element.getBoundingClientRect();
      return JSON.stringify({
        x: box.x + scrollX,
        y: box.y + scrollY,
        width: box.width,
        height: box.height,
      });
    },
  };
})();
