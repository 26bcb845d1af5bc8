// Looks at pages as a reader with good and with poor eyes does. Argument: [{url, width, height, dark, texts}].
// Prints for each page how wide its content is, texts whose contrast is too low, what gets the keyboard's focus and whether
// that can be seen, and what the browser complains of. `texts` is the selector of the elements whose texts are judged.
import { launched } from "./chromium.js";

// WCAG 2.1, 1.4.3: 4.5 for texts, 3 for large ones (24 pixels, or 18.66 in bold).
function poorContrasts(selector) {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([red, green, blue]) => [red, green, blue]
    .map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const over = (upper, lower) => lower.map((value, index) => upper[index] * (upper[3] ?? 1) + value * (1 - (upper[3] ?? 1)));
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  const ground = (element) => {
    const below = element.parentElement ? ground(element.parentElement) : canvas;
    return over(channels(getComputedStyle(element).backgroundColor), below);
  };
  const owns = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const found = [];
  let judged = 0;
  for (const element of document.querySelectorAll(selector)) {
    if (!owns(element) || !element.checkVisibility() || element.closest(".hidden")) continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const [one, other] = [light(over(channels(style.color), back)), light(back)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    judged += 1;
    if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${element.textContent.trim().slice(0, 40)}`);
  }
  return { judged, found };
}

function focused() {
  const style = getComputedStyle(document.activeElement);
  const box = document.activeElement.getBoundingClientRect();
  return {
    name: document.activeElement.textContent.trim(),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && box.width > 0 && box.left >= 0 && box.right <= innerWidth + 1,
  };
}

const browser = await launched();
const seen = [];
try {
  for (const { url, width, height, dark, texts } of JSON.parse(process.argv[2])) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
    const page = await context.newPage();
    page.setDefaultTimeout(120000);
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
    await page.goto(url);
    await page.locator(texts).first().waitFor();
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    const contrast = await page.evaluate(poorContrasts, texts);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const stops = [];
    for (let number = 0; number < 6; number += 1) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(focused));
    }
    seen.push({ content, contrast, ground, stops, complaints });
    await context.close();
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
