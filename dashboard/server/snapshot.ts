// The page as one file that needs no server: its script and style in it, and the answers that it would ask for.

import { HOUR } from '../../engine/index.ts'
import type { Answers } from './answers.ts'
import type { PageFile } from './files.ts'
import type { Snapshot, View, World } from './shapes.ts'

const FEED_EVENTS = 500

/** What the page asks for, by path; and the view at each hour, to scrub by. */
async function answersFor(answers: Answers): Promise<Snapshot> {
  const known = answers.world()
  if (known.clock === null) throw new Error('there is nothing of this world to keep')
  const world: World = { ...known, may_control: false, may_ask: false, phase: 'ended', ingest_url: null }
  const views: View[] = []
  for (let at = Math.ceil(world.start / HOUR) * HOUR; at < world.end; at += HOUR)
    views.push(await answers.view({ at, zone: 'eastern', lines: false, feed: false }))
  const last = await answers.view({ zone: 'eastern' })
  return {
    '/api/world': world,
    '/api/metrics': answers.metrics(),
    '/api/story': await answers.story(),
    '/api/track': answers.track(),
    '/api/what-if': { twins: [] },
    '/api/view': last,
    '/api/feed': await answers.feed({ limit: FEED_EVENTS }),
    views: [...views, last],
  }
}

/** @param files of the page as it was built @throws Error where it was not */
export async function snapshotOf(answers: Answers, files: ReadonlyMap<string, PageFile>): Promise<string> {
  const page = files.get('/')
  if (!page) throw new Error('the page is not built: npm run page')
  const textOf = (path: string): string =>
    files.get(new URL(path, 'http://page/').pathname)?.bytes.toString('utf8') ?? ''
  // Within a script element text ends at the first end tag, whatever it stands in.
  const data = JSON.stringify(await answersFor(answers)).replaceAll('<', '\\u003c')
  const html = page.bytes
    .toString('utf8')
    .replaceAll(
      /<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g,
      (_, path: string) => `<style>${textOf(path)}</style>`,
    )
    .replaceAll(/<link[^>]*rel="(?:modulepreload|icon)"[^>]*>/g, '')
  const scripts = [...html.matchAll(/<script[^>]*src="([^"]+)"[^>]*><\/script>/g)]
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">`
  const without = scripts.reduce((text, [tag]) => text.replace(tag, () => ''), html)
  const code = scripts
    .map(([, path]) => `<script type="module">${textOf(path as string).replaceAll('</script', '<\\/script')}</script>`)
    .join('')
  return without
    .replace('<head>', () => `<head>${policy}`)
    .replace('</body>', () => `<script type="application/json" id="snapshot">${data}</script>${code}</body>`)
}
