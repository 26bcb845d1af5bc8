// Starts the Chromium that comes inside an npm package, with the libraries and fonts that it brings along.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const packed = fileURLToPath(new URL("node_modules/@sparticuz/chromium/bin/", import.meta.url));
const unpacked = fileURLToPath(new URL("node_modules/.chromium", import.meta.url));

async function unpack() {
  if (existsSync(unpacked)) return;
  // The package unpacks into the folder for temporary files. What was interrupted is begun anew.
  const folder = `${unpacked}.${process.pid}`;
  mkdirSync(folder);
  process.env.TMPDIR = folder;
  await Promise.all(["chromium.br", "al2023.tar.br", "fonts.tar.br"].map((name) => inflate(packed + name)));
  delete process.env.TMPDIR;
  writeFileSync(`${folder}/fonts.conf`, `<fontconfig><dir>${unpacked}/fonts</dir></fontconfig>`);
  if (existsSync(unpacked)) rmSync(folder, { recursive: true });
  else renameSync(folder, unpacked);
}

export async function launched() {
  await unpack();
  return chromium.launch({
    executablePath: `${unpacked}/chromium`,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ...(process.env.BROWSER_ARGUMENT ? [process.env.BROWSER_ARGUMENT] : []),
    ],
    env: { ...process.env, LD_LIBRARY_PATH: `${unpacked}/al2023/lib`, FONTCONFIG_FILE: process.env.BROWSER_FONTS ?? `${unpacked}/fonts.conf` },
  });
}
