// Whatever the code and the documents cite is there: sections of the contract, rows and causes of the targets, files,
// links and their anchors.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const files = execFileSync('git', ['ls-files', '--cached'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => /\.(ts|js|md|grit)$/.test(file) && existsSync(join(root, file)))
const documents = files.filter((file) => file.endsWith('.md'))

const contract = textOf('docs/contract.md')
const targets = textOf('docs/targets.md')
const SECTIONS = new Map(
  contract
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      Number.parseInt(section, 10),
      [...section.matchAll(/^(\d+)\. /gm)].map(([, item]) => Number(item)),
    ]),
)
const ROWS = new Set([...targets.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row)))
const CAUSES = new Set(
  [...(targets.split('## Causes')[1]?.matchAll(/^(\d+)\. /gm) ?? [])].map(([, cause]) => Number(cause)),
)

/** What citations of a form name that is not there. @param form its first group holds numbers */
function missing(form: RegExp, isThere: (cited: string) => boolean, within = files): string[] {
  return within.flatMap((file) =>
    [...textOf(file).matchAll(form)]
      .flatMap(([whole, list = '']) => (list.match(/[\d.]+\d|\d/g) ?? []).map((cited) => ({ whole, cited })))
      .filter(({ cited }) => !isThere(cited))
      .map(({ whole, cited }) => `${file}: ${whole} (${cited})`),
  )
}

describe('a citation', () => {
  it('of the contract is of a section that it has', () => {
    expect(SECTIONS.size).toBe(10)
    const isThere = (cited: string): boolean => {
      const [section, item] = cited.split('.').map(Number)
      const items = SECTIONS.get(section as number)
      return items !== undefined && (item === undefined || items.includes(item))
    }
    expect(missing(/[Cc]ontract,? \(?sections? ((?:\d+(?:\.\d+)?(?:, | and | to )?)+)/g, isThere)).toEqual([])
  })

  it('of the calibration is of a row that there is a target for', () => {
    expect(ROWS.size).toBe(41)
    const within = files.filter((file) =>
      /^(model\/state\/calibration\.ts|bench\/calibration\.ts|docs\/calibration\.md)$/.test(file),
    )
    expect(missing(/\b[Cc]alibration rows? ((?:\d+(?:, | and | to )?)+)/g, (cited) => ROWS.has(Number(cited)))).toEqual(
      [],
    )
    expect(missing(/\b[Rr]ows? ((?:\d+(?:, | and | to )?)+)/g, (cited) => ROWS.has(Number(cited)), within)).toEqual([])
  })

  it('of a cause is of one that is numbered', () => {
    expect(CAUSES.size).toBe(10)
    const within = files.filter((file) => /^(model|docs|test\/model)\//.test(file))
    expect(missing(/\b[Cc]auses? ((?:\d+(?:, | and | to )?)+)/g, (cited) => CAUSES.has(Number(cited)), within)).toEqual(
      [],
    )
  })

  it('of a file is of one that is there', () => {
    const folders = 'engine|model|stores|sinks|ingest|cli|lambda|infra|bench|examples|docs|test|schemas'
    const form = new RegExp(`(?<![\\w./-])((?:${folders})/[\\w./-]*\\.(?:ts|js|md|json|db)\\b)`, 'g')
    const gone = files
      .filter((file) => !/^test\/(lint|docs)\.test\.ts$|new-type/.test(file))
      .flatMap((file) => [...textOf(file).matchAll(form)].map(([, path = '']) => ({ file, path })))
      .filter(({ path }) => !existsSync(join(root, path)))
    expect(gone.map(({ file, path }) => `${file}: ${path}`)).toEqual([])
  })

  it('by a link leads to a file, and to a heading where it names one', () => {
    const broken = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, path = '', anchor]) => {
          const target = path === '' ? file : join(dirname(file), path)
          if (!existsSync(join(root, target))) return true
          return anchor !== undefined && !anchorsOf(target).includes(anchor)
        })
        .map(([link]) => `${file}: ${link}`),
    )
    expect(broken).toEqual([])
  })
})

/** As GitHub makes them of headings. */
function anchorsOf(document: string): string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
