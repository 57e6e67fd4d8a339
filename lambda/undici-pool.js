// What the bundles have in place of undici: its connection pool and its proxies alone, which is all that posting events takes. The whole
// of undici would bring fetch, caches, mocks and WebSockets along, 270 KB that every cold start would have to read.

// biome-ignore lint/style/noRestrictedImports: by its path, because the name stands for this file while bundling
import Pool from '../node_modules/undici/lib/dispatcher/pool.js'
// biome-ignore lint/style/noRestrictedImports: as above
import ProxyAgent from '../node_modules/undici/lib/dispatcher/proxy-agent.js'

export { Pool, ProxyAgent }
