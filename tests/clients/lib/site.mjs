// The web server of an application, on a port of its own: another origin.
import { createServer } from "node:http";

/** Serves `pages`, a path to `[type, content]`; everything else is missing. */
export async function serve(port, pages) {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url, "http://localhost").pathname];
    if (!page) return response.writeHead(404).end();
    const [type, content] = page;
    return response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(content);
  });
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  return server;
}
