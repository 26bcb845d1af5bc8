// Takes pictures of pages. Argument: [{url, file, width, height, dark, whole, scale, first, element}].
// `first` are selectors of what is clicked before, `element` that of the only part that is shown.
import { launched } from "./chromium.js";

const browser = await launched();
try {
  for (const shot of JSON.parse(process.argv[2])) {
    const context = await browser.newContext({
      viewport: { width: shot.width, height: shot.height },
      deviceScaleFactor: shot.scale ?? 1,
      colorScheme: shot.dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120000);
    await page.goto(shot.url, { waitUntil: "networkidle" });
    for (const selector of shot.first ?? []) await page.locator(selector).first().click();
    await page.waitForTimeout(300);
    const subject = shot.element ? page.locator(shot.element).first() : page;
    await subject.screenshot({ path: shot.file, ...(shot.element ? {} : { fullPage: Boolean(shot.whole) }) });
    await context.close();
  }
} finally {
  await browser.close();
}
