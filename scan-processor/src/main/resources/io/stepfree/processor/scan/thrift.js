/*
 * Takes work off axe-core that no finding depends on. Evaluated right after axe in the same isolated world; the test
 * StockEngineTest holds every finding against the engine as it comes.
 *
 * axe.runPartial describes each element that any rule has looked at (selector, ancestry, XPath, markup), once for each
 * rule and also where the rule has passed. Only elements with something to say are ever read, so only these are
 * described, once each. Elements whose checks are judged over the whole page later (axe calls it "after") are described
 * too, since that judgement goes by the description.
 */
(() => {
  const serializer = axe.utils.nodeSerializer;
  const described = new WeakMap();

  const describe = (dqElement) => {
    const element = dqElement.element;
    let description = described.get(element);
    if (!description) {
      description = {
        selector: dqElement.selector,
        source: axe.utils.getElementSource(element),
        xpath: ['/'],
        ancestry: dqElement.ancestry,
        nodeIndexes: dqElement.nodeIndexes,
        fromFrame: dqElement.fromFrame,
      };
      described.set(element, description);
    }
    return description;
  };

  const undescribed = (dqElement) => ({
    selector: [':root'],
    source: '',
    xpath: ['/'],
    ancestry: [':root'],
    nodeIndexes: dqElement.nodeIndexes,
    fromFrame: dqElement.fromFrame,
  });

  const judgedLater = (check) => typeof axe._audit.checks[check.id]?.after === 'function';

  /* As axe puts checks together: one of "any", all of "all", nothing of "none". */
  const hasPassed = ({ any, all, none }) =>
    (any.length === 0 || any.some((check) => check.result === true)) &&
    all.every((check) => check.result === true) &&
    none.every((check) => check.result === false);

  const isRead = (node) =>
    !hasPassed(node) || node.any.some(judgedLater) || node.all.some(judgedLater) || node.none.some(judgedLater);

  serializer.update({ toSpec: describe, mergeSpecs: axe.utils.DqElement.mergeSpecs });

  serializer.mapRawNodeResults = (nodes) =>
    nodes?.map((node) => {
      const read = isRead(node);
      const told = (checks) =>
        checks.map((check) => ({
          ...check,
          relatedNodes: read ? check.relatedNodes.map((related) => serializer.dqElmToSpec(related)) : [],
        }));
      return {
        ...node,
        node: read ? serializer.dqElmToSpec(node.node) : undescribed(node.node),
        any: told(node.any),
        all: told(node.all),
        none: told(node.none),
      };
    });

  /* The markup of all that is looked at would be written out, too; describe does that for what is read. */
  const withoutMarkup = async (run) => {
    axe._audit.noHtml = true;
    try {
      return await run();
    } finally {
      axe._audit.noHtml = false;
    }
  };
  const runPartial = axe.runPartial;
  axe.runPartial = (...all) => withoutMarkup(() => runPartial(...all));
})();
