"""How well the words of a page stand out from what is behind them, as the browser has drawn them."""

from playwright.sync_api import Page

_MEASURE = """least => {
  const parse = text => {
    const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b].map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
  const weak = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    const said = words.currentNode.textContent.trim();
    if (!said || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("script, template, noscript, option, .visually-hidden, .skip, .foot")) continue;
    const ground = behind(element);
    const [a, b] = [light(over(parse(getComputedStyle(element).color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) weak.push(`${said.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return weak;
}"""


def weak_words(page: Page, least: float = 7) -> list[str]:
    """The words whose contrast is below `least`, each with its ratio."""
    found: list[str] = page.evaluate(_MEASURE, least)
    return found
