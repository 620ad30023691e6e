const rss=()=>process.memoryUsage().rss/1e6;
let a=rss(); console.log('start', a.toFixed(0));
for (const m of process.argv.slice(2)) { const before=rss(); const t=performance.now(); await import(m); console.log(m, (rss()-before).toFixed(1)+' MB', (performance.now()-t).toFixed(0)+' ms'); }
console.log('end', rss().toFixed(0), process.memoryUsage());
