// Run in a page: its texts whose contrast to their background is below WCAG's 4.5:1.
(() => {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const background = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return channels(color)[3] === 0 && node.parentElement ? background(node.parentElement) : color;
  };
  const contrast = (node) => {
    const [one, other] = [luminance(getComputedStyle(node).color), luminance(background(node))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const texts = [...document.querySelectorAll("body *")].filter((node) =>
    [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim() !== ""),
  );
  return {
    count: texts.length,
    faint: texts.filter((node) => contrast(node) < 4.5).map((node) => `${node.textContent} ${contrast(node)}`),
  };
})();
