// Looks for an operation on an interactive page. Argument: {url, phrase, link}: what is typed into the filter, and the part of
// an address that leads to an operation. Prints what is shown at first, by the filter, and by the address.
import { launched } from "./chromium.js";

const { url, phrase, link } = JSON.parse(process.argv[2]);
const browser = await launched();
const shownOn = async (page) => ({
  tags: await page.locator(".opblock-tag").count(),
  operations: await page.locator(".opblock").count(),
  open: await page.locator(".opblock.is-open").count(),
});

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120000);
  await page.goto(url);
  const filter = page.locator(".operation-filter-input");
  await filter.waitFor();
  await page.locator(".opblock-tag").first().waitFor();
  const first = await shownOn(page);
  const top = (await page.locator(".opblock-tag").first().boundingBox()).y;
  const rules = page.locator("details.rules");
  const folded = await rules.locator("li").first().isVisible();
  await rules.locator("summary").click();
  const unfolded = await rules.locator("li").first().isVisible();
  const servers = await page.locator(".servers select option").allInnerTexts();
  const hint = await filter.getAttribute("placeholder");
  await filter.fill(phrase);
  await page.locator(".opblock").first().waitFor();
  const filtered = await shownOn(page);
  const other = await browser.newPage();
  await other.goto(`${url}#/${link}`);
  await other.locator(".opblock.is-open").waitFor();
  const linked = await shownOn(other);
  console.log(JSON.stringify({ first, top, folded, unfolded, servers, hint, filtered, linked }));
} finally {
  await browser.close();
}
