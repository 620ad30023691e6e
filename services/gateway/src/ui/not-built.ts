/** What the gateway shows where there is no built UI. */
export const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Service Mesh Observatory</title></head>
<body>
<h1>The UI is not built</h1>
<p>The gateway runs, and its <a href="/api/docs">REST interface</a> answers, but there is no UI in <code>UI_ROOT</code>.</p>
<p>Build it with <code>npm run build</code> in the repository's root, then reload this page. No restart is needed.</p>
</body>
</html>
`;
