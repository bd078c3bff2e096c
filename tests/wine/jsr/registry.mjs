// Fills a Deno's module cache with the substitutes beside this file, through a JSR registry of a few lines on loopback.
//
//   node registry.mjs URL_FILE DENO…    runs DENO… to load every export, then writes the registry's address to URL_FILE
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";

const [urlFile, ...deno] = process.argv.slice(2);
const version = "1.0.0";
const here = new URL("./", import.meta.url);
const packages = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) =>
  entry.name
);

const files = (name) => readdirSync(new URL(`${name}/`, here)).sort();
const source = (name, file) => readFileSync(new URL(`${name}/${file}`, here));
const exportPath = (file) => file === "mod.ts" ? "." : `./${file.replace(/\.ts$/, "").replaceAll("_", "-")}`;
const exportsOf = (name) => Object.fromEntries(files(name).map((file) => [exportPath(file), `./${file}`]));

function answer(path) {
  const [, scope, name, rest, file] = path.split("/");
  if (scope !== "@std" || !packages.includes(name)) return;
  if (rest === "meta.json") {
    return { scope: "std", name, latest: version, versions: { [version]: { createdAt: "2024-01-01T00:00:00Z" } } };
  }
  if (rest === `${version}_meta.json`) {
    const manifest = Object.fromEntries(
      files(name).map((file) => {
        const bytes = source(name, file);
        return [`/${file}`, {
          size: bytes.length,
          checksum: `sha256-${createHash("sha256").update(bytes).digest("hex")}`,
        }];
      }),
    );
    return { manifest, exports: exportsOf(name) };
  }
  if (rest === version && files(name).includes(file)) return source(name, file);
}

const server = createServer((request, response) => {
  const body = answer(request.url);
  if (body === undefined) return response.writeHead(404).end();
  const isSource = Buffer.isBuffer(body);
  response.writeHead(200, { "content-type": isSource ? "application/typescript" : "application/json" });
  response.end(isSource ? body : JSON.stringify(body));
}).listen(0, "127.0.0.1");
await once(server, "listening");

const url = `http://127.0.0.1:${server.address().port}/`;
const specifiers = packages.flatMap((name) =>
  Object.keys(exportsOf(name)).map((path) => `jsr:@std/${name}@${version}${path.slice(1)}`)
);
const child = spawn(deno[0], [...deno.slice(1), "cache", "--no-config", "--no-lock", ...specifiers], {
  env: { ...process.env, JSR_URL: url },
  stdio: "inherit",
});
const [code] = await once(child, "exit");
server.close();
if (code !== 0) process.exit(1);
writeFileSync(urlFile, url);
