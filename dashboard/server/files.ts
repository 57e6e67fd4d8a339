// The page's own files, as they were built: read once, and found by their names alone, so no path can lead elsewhere.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json',
}

export interface PageFile {
  type: string
  bytes: Buffer
  /** Its name tells its content. */
  isHashed: boolean
}

/** Where the page lies: in a clone it is built beside its sources, in the package beside what is built. */
const FOLDERS = ['../page/dist', '../dashboard/page', '../../dashboard/page', './page'].map((path) =>
  join(import.meta.dirname, path),
)

/** The page's files by path, `/` is the page; none where it is not built. */
export function pageFiles(folders: readonly string[] = FOLDERS): Map<string, PageFile> {
  for (const folder of folders) {
    const files = filesIn(folder)
    // Its sources have an index too, and no name with a hash.
    if (files.has('/') && [...files.values()].some(({ isHashed }) => isHashed)) return files
  }
  return new Map()
}

function filesIn(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>()
  let names: string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return files
    throw error
  }
  for (const name of names) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
    if (!type) continue
    const path = name.replaceAll('\\', '/')
    const file = { type, bytes: readFileSync(join(folder, name)), isHashed: /-[\w-]{8,}\.\w+$/.test(name) }
    files.set(path === 'index.html' ? '/' : `/${path}`, file)
  }
  return files
}
