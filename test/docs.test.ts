// Whatever the code and the documents cite is there: sections of the contract, rows and causes of the calibration, files,
// folders, links and scripts. And what the contract does not mark as to come is built, what it marks is not.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calibrationPage } from '../bench/calibration-page.ts'
import { settingsPage } from '../bench/settings-page.ts'
import { createWorld, SCENARIOS } from '../model/index.ts'

const root = join(import.meta.dirname, '..')
const tracked = execFileSync('git', ['ls-files', '--cached'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
const files = tracked.filter((file) => /\.(ts|js|md|grit|json)$/.test(file) && !file.endsWith('package-lock.json'))
const documents = files.filter((file) => file.endsWith('.md'))
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** A file's text as one line: what a comment or a document breaks over lines is together again. */
const onOneLine = (file: string): string => textOf(file).replaceAll(/\s*\n\s*(?:(?:\/\/|\*)\s)?\s*/g, ' ')

/** What a file tells people: a document, but for its blocks of TypeScript, or the comments of code. */
function proseOf(file: string): string {
  if (file.endsWith('.md')) return textOf(file).replaceAll(/^```ts\n[\s\S]*?^```/gm, '')
  const comments = textOf(file).matchAll(/^\s*(?:\/\/|\/\*\*?|\*)(?:\s(.*))?$|\s\/\/\s(.*)$/gm)
  return [...comments].map(([, whole = '', trailing = '']) => whole + trailing).join('\n')
}

const contract = textOf('docs/contract.md')
const calibration = textOf('docs/calibration.md')
/** Sections of the contract, and the numbered items of each. */
const SECTIONS = new Map(sectionsOf(contract).map((section) => [Number.parseInt(section, 10), itemsOf(section)]))
const ROWS = [...calibration.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row))
const CAUSES = itemsOf(sectionsOf(calibration).find((section) => section.startsWith('Causes')) ?? '')

function sectionsOf(document: string): string[] {
  return document.split(/^## /m).slice(1)
}

function itemsOf(section: string): number[] {
  return [...section.matchAll(/^(\d+)\. /gm)].map(([, item]) => Number(item))
}

const from1To = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** Citations such as `rows 12 to 14`, a number each, that name what is not there. */
function missing(word: string, isThere: (cited: string) => boolean, within = files): string[] {
  const form = new RegExp(`\\b${word}s? (NUMBER(?:(?:, | and | to )NUMBER)*)(?!\\.?\\d| of the paper)`, 'gi')
  const citation = new RegExp(form.source.replaceAll('NUMBER', '\\d+(?:\\.\\d+)?'), form.flags)
  return within.flatMap((file) =>
    [...onOneLine(file).matchAll(citation)]
      .filter(([, list = '']) => !list.split(/, | and | to /).every(isThere))
      .map(([whole]) => `${file}: ${whole}`),
  )
}

describe('a citation', () => {
  it('of the contract is of a section that it has', () => {
    expect([...SECTIONS.keys()]).toEqual(from1To(10))
    const isThere = (cited: string): boolean => {
      const [section = 0, item] = cited.split('.').map(Number)
      return item === undefined ? SECTIONS.has(section) : (SECTIONS.get(section)?.includes(item) ?? false)
    }
    expect(missing('section', isThere)).toEqual([])
  })

  it('of the calibration is of a row that has a target', () => {
    expect(ROWS).toEqual(from1To(70))
    // Rows of the engine are those of its tables.
    const within = files.filter((file) => !/^(test\/)?(engine|examples)\//.test(file))
    expect(missing('row', (cited) => ROWS.includes(Number(cited)), within)).toEqual([])
  })

  it('of a cause is of one that is numbered', () => {
    expect(CAUSES).toEqual(from1To(10))
    expect(missing('cause', (cited) => CAUSES.includes(Number(cited)))).toEqual([])
  })

  it('of a document names one that is in the project', () => {
    expect(files.filter((file) => /\bthe design\b/i.test(proseOf(file)))).toEqual([])
  })

  it('of a file is of one that is there', () => {
    const form = /(?<![\w./@:~*<{$-])((?:\.{1,2}\/)*(?:[\w.-]+\/)*[\w-][\w.-]*\.(?:ts|js|md|grit|json))\b(?![\w/*-])/g
    const gone = files.flatMap((file) =>
      [...proseOf(file).matchAll(form)]
        .map(([, path = '']) => path.replace(/^tutorsim\//, ''))
        .filter((path) => !isThere(path, file) && !/^FILE\./.test(path))
        .map((path) => `${file}: ${path}`),
    )
    // What the page has its reader write.
    expect(gone.filter((path) => path !== 'docs/extending.md: lighthouse.ts')).toEqual([])
  })

  it('of a folder is of one that is there', () => {
    const made = ['.tutorsim/', 'dist/']
    const gone = files.flatMap((file) =>
      [...proseOf(file).matchAll(/`((?:[\w.-]+\/)+(?:\{[\w,]+\}\/)?)`/g)]
        .flatMap(([, path = '']) => foldersOf(path))
        .filter((path) => !made.includes(path) && !tracked.some((one) => one.startsWith(path)))
        .map((path) => `${file}: ${path}`),
    )
    expect(gone).toEqual([])
  })

  it('of a script is of one that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json'))
    const gone = files.flatMap((file) =>
      [...proseOf(file).matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter(([, name = '']) => !(name in scripts))
        .map(([whole]) => `${file}: ${whole}`),
    )
    expect(gone).toEqual([])
  })

  it('by a link leads to a file, and to a heading where it names one', () => {
    const broken = documents.flatMap((file) =>
      [...proseOf(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, path = '', anchor]) => {
          const target = path === '' ? file : normalize(join(dirname(file), path))
          if (!existsSync(join(root, target))) return true
          return anchor !== undefined && !anchorsOf(target).includes(anchor)
        })
        .map(([link]) => `${file}: ${link}`),
    )
    expect(broken).toEqual([])
  })
})

/** As seen from the root or from the file's own folder; `index.ts` alone is any folder's. */
function isThere(path: string, file: string): boolean {
  return path === 'index.ts' || [path, join(dirname(file), path)].some((one) => tracked.includes(normalize(one)))
}

/** `sinks/{http,file}/` names two. */
function foldersOf(path: string): string[] {
  const [, before = '', names = ''] = /^(.*)\{(.*)\}\/$/.exec(path) ?? []
  return names === '' ? [path] : names.split(',').map((name) => `${before}${name}/`)
}

/** As GitHub makes them of headings. */
function anchorsOf(document: string): string[] {
  const text = textOf(document).replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('the calibration', () => {
  it('has the tables that its rows and measurements make', () => {
    const { is, shouldBe } = calibrationPage()
    expect(is, 'node bench/calibration.ts --write brings it up to date').toBe(shouldBe)
  })

  it('of settings is written from their table', () => {
    expect(textOf('docs/settings.md'), 'node bench/settings-page.ts brings it up to date').toBe(settingsPage())
  })
})

it('the page of scenarios has each that is built in, with a plot; npm run scenarios writes it', () => {
  const page = textOf('docs/scenarios.md')
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, name]) => name)
  expect(headings).toEqual(SCENARIOS.map(({ name }) => name))
  for (const { name, sentence, signature } of SCENARIOS) {
    expect(page).toContain(sentence)
    // What happens on the wire alone is not to be seen in a world.
    if (signature.length > 0) expect(existsSync(join(root, `docs/scenarios/${name}.svg`)), name).toBe(true)
  }
})

describe('the glossary', () => {
  const rows = [...textOf('docs/glossary.md').matchAll(/^\| (?!word|---)(.+?) \| .+ \| (`.+`) \|$/gm)]

  it('has each word once', () => {
    const words = rows.map(([, word = '']) => word)
    expect(words.length).toBeGreaterThan(50)
    expect(words.filter((word, place) => words.indexOf(word) !== place)).toEqual([])
  })

  it('names files that use the word', () => {
    const unsaid = rows.flatMap(([, word = '', where = '']) => {
      const names = word.toLowerCase().replace(/^to /, '').split(', ')
      return [...where.matchAll(/`([^`]+)`/g)]
        .map(([, file = '']) => file)
        .filter((file) => !existsSync(join(root, file)) || !names.some((name) => saidIn(file, name)))
        .map((file) => `${word}: ${file}`)
    })
    expect(unsaid).toEqual([])
  })

  /** `warm-up` is `warmUp` in code. */
  function saidIn(file: string, word: string): boolean {
    return textOf(file).toLowerCase().replaceAll(/[-\s]/g, '').includes(word.replaceAll(/[-\s]/g, ''))
  }
})

describe('the contract', () => {
  const TO_COME = '*(to come)*'
  const section = (number: number): string => sectionsOf(contract).find((one) => one.startsWith(`${number}. `)) ?? ''
  /** First cells of a table. @param heading of its first column */
  const cells = (number: number, heading: string): string[] => {
    const [, table = ''] = section(number).split(new RegExp(`^\\| ${heading} \\|.*\\n`, 'm'))
    const [lines = ''] = table.split('\n\n')
    return [...lines.matchAll(/^\| (?!---)(.+?) \|/gm)].map(([, cell = '']) => cell)
  }
  const built = (list: readonly string[]): string[] => list.filter((cell) => !cell.includes(TO_COME))
  const toCome = (list: readonly string[]): string[] => list.filter((cell) => cell.includes(TO_COME))
  const optionsIn = (text: string): string[] => [...text.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option)
  const help = (...words: string[]): string =>
    execFileSync(process.execPath, [join(root, 'cli/tutorsim.js'), ...words, '--help'], { encoding: 'utf8' })

  it('has the commands that there are, and marks those that there are not', () => {
    const commands = [...(help().split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(
      ([, name = '']) => name,
    )
    const namesOf = (list: string[]): string[] => list.map((cell) => /[a-z]+/.exec(cell)?.[0] ?? '')
    expect(namesOf(built(cells(5, 'command'))).sort()).toEqual(commands.sort())
    expect(namesOf(toCome(cells(5, 'command'))).filter((name) => commands.includes(name))).toEqual([])
  })

  it('has the options of a run that there are, and marks those that there are not', () => {
    const [, further = ''] = /^Further options of `run`: (.*?)\. /m.exec(section(5)) ?? []
    const options = [...help('run').matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = '']) => option)
    const table = cells(5, 'option')
    const said = [...built(table).flatMap(optionsIn), ...optionsIn(further), '--json', '--help']
    expect(said.sort()).toEqual(options.sort())
    const [, later = ''] = /^\*\(to come\)\* Of `run`: (.*?)\. Of /m.exec(section(5)) ?? []
    const marked = [...toCome(table).flatMap(optionsIn), ...optionsIn(later)]
    expect(marked.filter((option) => options.includes(option))).toEqual([])
  })

  it('has the variables that the scheduled function reads', () => {
    const names = built(cells(7, 'variable')).flatMap((cell) => [...cell.matchAll(/[A-Z_]{4,}/g)].map(([name]) => name))
    const text = textOf('lambda/environment.ts')
    expect(names.length).toBeGreaterThan(8)
    expect(names.filter((name) => !text.includes(name))).toEqual([])
  })

  it('has the entries that the package has, and marks those that it has not', () => {
    const exported = Object.keys(JSON.parse(textOf('package.json')).exports)
    const isExported = (cell: string): boolean =>
      [...cell.matchAll(/`tutorsim(\/[a-z]+)?`/g)].every(([, entry = '']) =>
        exported.some((one) => one === `.${entry}` || (entry !== '' && one.startsWith(`.${entry}/`))),
      )
    expect(built(cells(8, 'entry')).filter((cell) => !isExported(cell))).toEqual([])
    expect(toCome(cells(8, 'entry')).filter(isExported)).toEqual([])
  })

  it('has what a world can be asked, and marks what it cannot', () => {
    const world = createWorld({ students: 1, warmup: '0d' })
    const namesIn = (text: string): string[] => [...text.matchAll(/`(?:world)?\.(\w+)/g)].map(([, name = '']) => name)
    const paragraph = /^`createWorld\(settings\)`.*$/m.exec(section(8))?.[0] ?? ''
    const [there = '', later = ''] = paragraph.split(TO_COME)
    expect(namesIn(there).length).toBeGreaterThan(15)
    expect(namesIn(there).filter((name) => !(name in world))).toEqual([])
    expect(namesIn(later).filter((name) => name in world)).toEqual([])
  })
})
